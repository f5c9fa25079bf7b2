"""Assignments made of exercises, and marks for submissions: nbgrader, with the student's code in a process of its own."""
