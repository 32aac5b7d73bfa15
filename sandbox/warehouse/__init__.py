"""What RudderStack's warehouse destination would make of the events that the local data plane accepted.

What it copies was read in rudder-server (processor/internal/transformer/destination_transformer/embedded/warehouse and
warehouse/integrations/postgres), unless a docstring says otherwise.
"""
