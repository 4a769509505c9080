"""A whole turn through the chat API beside a bare Rasa server, in one run on one machine."""
