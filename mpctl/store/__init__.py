"""What mpctl keeps on disk: results, plan files, journals of runs, the lock."""
