"""What is known to reach a citizen beside the talk: his telephone, the accounts that are his, what he agreed to be sent. Door: ``service``."""
