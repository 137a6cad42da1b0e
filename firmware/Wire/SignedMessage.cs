namespace Fleet.Wire;

/// <summary>
/// A message that may change what a controller does. It is for one controller and one run of it, numbered, dated and
/// signed, so that neither a replay nor a stolen broker account can raise a watt. The receiver verifies the payload with
/// <see cref="Signature.Verify"/> before it reads it.
/// </summary>
public abstract class SignedMessage : Message
{
    /// <summary>The gateway's name for this message, which its acks repeat.</summary>
    public string Id;

    /// <summary>Grows with every command to this controller, from 1; an older or equal one is refused.</summary>
    public long Sequence;

    /// <summary>The boot this command is for, from the controller's hello: after a reboot nothing old can be replayed.</summary>
    public long BootId;

    /// <summary>When it was issued, UTC milliseconds.</summary>
    public long IssuedUtcMs;

    /// <summary>As <see cref="Message.Write(byte[])"/>, signed for this topic with the controller's command key.</summary>
    public int WriteSigned(byte[] buffer, string topic, byte[] key)
    {
        return Signature.Sign(buffer, Write(buffer), topic, key);
    }

    /// <inheritdoc/>
    internal sealed override void List(Fields fields)
    {
        Id = fields.Text("id", Id, 1, Bounds.TextLength);
        Sequence = fields.Long("seq", Sequence, 1, Bounds.Counter);
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        IssuedUtcMs = fields.Long("issuedMs", IssuedUtcMs, 0, Bounds.UtcMs);
        ListOrder(fields);
        // Signing appends it and verifying checks it; asking for it here refuses a second one.
        fields.Has("mac", false);
    }

    /// <summary>Lists the fields that say what to do.</summary>
    internal abstract void ListOrder(Fields fields);
}
