"""Ways to try the product without anybody else's platform."""
