using System.Security.Cryptography;
using System.Text;

namespace Fleet.Wire;

/// <summary>
/// HMAC-SHA-256 over a command: the topic's UTF-8 bytes, a zero byte, and the payload up to the comma before its last
/// field <c>"mac"</c>, which holds the 32 bytes in lower-case hex. The topic binds it to one controller and kind.
/// </summary>
public static class Signature
{
    /// <summary>Bytes that signing adds: <c>,"mac":"</c>, 64 hex digits and a quote.</summary>
    public const int Bytes = 8 + 64 + 1;
}
