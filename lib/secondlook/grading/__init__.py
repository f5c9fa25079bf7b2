"""Assignments made of exercises, and marks for submissions: nbgrader, and a process apart for a student's code."""
