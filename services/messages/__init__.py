"""The contract between the assistant and everything that shows it: typed messages, button payloads, plain renderings."""
