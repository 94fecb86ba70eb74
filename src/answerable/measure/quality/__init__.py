"""What the data themselves say about their quality, before anybody is judged by them."""
