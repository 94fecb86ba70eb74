"""The shared look: pages, forms, numbers, and errors as people meet them."""
