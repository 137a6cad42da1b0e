namespace Fleet.Esp32;

/// <summary>
/// Settings that go with the image, for a machine without storage, such as the interpreter on a PC. Leave it empty for
/// a device: a secret in an image is everybody's who has the image.
/// </summary>
internal static class BuiltInSettings
{
    /// <summary>The text of a settings file; empty for none.</summary>
    public const string Json = "";
}
