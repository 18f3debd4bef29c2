"""Mutation testing of the engine: would a test notice if this line were another?"""
