"""What search costs when there are a hundred times more guides: synthetic catalogues, our index beside exact search and pgvector."""
