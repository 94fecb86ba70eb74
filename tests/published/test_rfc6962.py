"""The Merkle tree of RFC 6962 and RFC 9162: the reference implementation's tree of eight.

Source: https://github.com/google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc,
and its successor https://github.com/transparency-dev/merkle. The hash rules are those of RFC
6962 2.1, which RFC 9162 keeps: https://www.rfc-editor.org/rfc/rfc9162#section-2.1
"""

import hashlib

import pytest

from answerable.record.tree import Tree, leaf_hash, verify_consistency, verify_inclusion

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The nodes that the published proofs are made of, named by the entries below them.
LEAF_0 = ROOTS[1]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAF_6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
NODE_23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_0123 = ROOTS[4]
NODE_4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

INCLUSION = {
    (0, 1): [],
    (0, 8): [LEAF_1, NODE_23, NODE_4567],
    (5, 8): [LEAF_4, NODE_67, NODE_0123],
    (2, 3): [ROOTS[2]],
    (1, 5): [LEAF_0, NODE_23, LEAF_4],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [LEAF_1, NODE_23, NODE_4567],
    (6, 8): [NODE_45, NODE_67, NODE_0123],
    (2, 5): [NODE_23, LEAF_4],
    (6, 7): [NODE_45, LEAF_6, NODE_0123],
}


def tree_of_eight() -> Tree:
    tree = Tree()
    for entry in ENTRIES:
        tree.append(entry)
    return tree


def hexes(proof: tuple[bytes, ...]) -> list[str]:
    return [element.hex() for element in proof]


def test_the_root_of_every_size_is_the_published_one() -> None:
    assert [tree_of_eight().root(size).hex() for size in range(9)] == ROOTS


def test_the_empty_root_hashes_nothing_and_a_leaf_begins_with_a_zero_byte() -> None:
    assert ROOTS[0] == hashlib.sha256(b"").hexdigest()
    assert ROOTS[1] == hashlib.sha256(b"\x00").hexdigest()


@pytest.mark.parametrize(("entry_at_size", "published"), INCLUSION.items())
def test_an_inclusion_proof_is_the_published_one(
    entry_at_size: tuple[int, int], published: list[str]
) -> None:
    index, size = entry_at_size
    proof = tree_of_eight().inclusion_proof(index=index, size=size)
    assert hexes(proof) == published
    root = bytes.fromhex(ROOTS[size])
    leaf = leaf_hash(ENTRIES[index])
    verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=root)


@pytest.mark.parametrize(("between", "published"), CONSISTENCY.items())
def test_a_consistency_proof_is_the_published_one(
    between: tuple[int, int], published: list[str]
) -> None:
    old, new = between
    proof = tree_of_eight().consistency_proof(old_size=old, new_size=new)
    assert hexes(proof) == published
    verify_consistency(
        old_size=old,
        new_size=new,
        old_root=bytes.fromhex(ROOTS[old]),
        new_root=bytes.fromhex(ROOTS[new]),
        proof=proof,
    )
