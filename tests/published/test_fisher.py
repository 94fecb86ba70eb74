"""Fisher's own example: convictions of twins.

Fisher (1935), The Logic of Inductive Inference, Journal of the Royal Statistical Society
98:39-82: of 13 monozygotic twins of convicts 10 were convicted, of 17 dizygotic ones 2. He gives
619 / 1,330,665 for a table at least as unequal.
"""

import numpy as np
import pytest

from answerable.measure.fisher import fisher_p_values


def test_the_chance_is_twice_619_in_1330665() -> None:
    found = fisher_p_values(*(np.array([number]) for number in (10, 13, 2, 17)))
    assert found[0] == pytest.approx(2 * 619 / 1_330_665)
