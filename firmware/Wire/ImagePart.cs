namespace Fleet.Wire;

/// <summary>
/// A part of an image of the firmware. Every part names the whole by length and SHA-256, so that parts of two images never
/// mix. One part goes at a time: the answer tells how many bytes are stored, and the next begins there. A part without
/// content asks just that.
/// <code>{"id":"…","seq":11,"boot":12,"issuedMs":…,"bytes":141000,"sha256":"9f86…","offset":512,"content":"4e46…","mac":"…"}</code>
/// </summary>
public sealed class ImagePart : SignedMessage
{
    /// <summary>Length of the whole image.</summary>
    public int ImageBytes;

    /// <summary>SHA-256 of the whole image, as 64 hex digits.</summary>
    public string Sha256;

    /// <summary>Where in the image this part begins.</summary>
    public int Offset;

    /// <summary>Its bytes as hex digits, which need no table and no garbage to read; empty to ask how much is stored.</summary>
    public string Content;

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        ImageBytes = fields.Int("bytes", ImageBytes, 1, Bounds.ImageBytes);
        Sha256 = fields.Text("sha256", Sha256, Bounds.DigestDigits, Bounds.DigestDigits);
        Offset = fields.Int("offset", Offset, 0, ImageBytes);
        Content = fields.Text("content", Content, 0, 2 * Bounds.ImagePartBytes);
    }
}
