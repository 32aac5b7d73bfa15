"""The tracking plan in the formats of others: each module turns one document into another, both ways.

Plans elsewhere tell of the traits or properties of a message alone. Going out, the envelope round them is left off;
coming in, it is put round them again.
"""
