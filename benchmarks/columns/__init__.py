"""What is measured side by side: this project, its floors, and what people use instead."""
