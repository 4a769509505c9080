"""What knowledge editors do: write guides, have them reviewed, put them in force, exchange them as files, see what is missing."""
