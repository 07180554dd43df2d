"""What mpctl keeps on disk: results and plan files."""
