"""How a Chinese sentence is read: plain functions over YAML vocabularies, free of Rasa, so that they can be tested anywhere."""
