"""From the code that uses job decorators to a job graph, its order of locks, and scenarios."""
