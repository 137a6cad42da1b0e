namespace Fleet.Wire;

/// <summary>
/// Strict JSON (RFC 8259) in one pass over the bytes, without recursion or allocation. Narrower than the RFC: no zero
/// character, because a string of the device ends there, and nesting is bounded.
/// </summary>
internal static class JsonSyntax
{
    /// <summary>Deepest nesting of objects and arrays: far more than any message or device reply has.</summary>
    public const int Depth = 16;

    /// <summary>What is wrong with the document and at which byte; null when nothing is.</summary>
    public static string ProblemOf(byte[] bytes, int end)
    {
        int at = 0;
        string problem = Document(bytes, end, ref at);
        if (problem == null)
            return null;
        return "byte " + at.ToString() + ": " + (at < end ? problem : "the document is cut off");
    }

    /// <summary>What is wrong with the number written in [at, end); null when nothing is.</summary>
    public static string ProblemOfNumber(byte[] bytes, int at, int end)
    {
        return Number(bytes, end, ref at) ?? (at == end ? null : "not a number");
    }

    /// <summary>The first byte from here that is not white space, or the end.</summary>
    public static int AfterBlanks(byte[] bytes, int end, int at)
    {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t'))
            at++;
        return at;
    }

    /// <summary>The byte behind the value that begins here, in a document known to be strict.</summary>
    public static int BehindValue(byte[] bytes, int end, int at)
    {
        if (at >= end || bytes[at] == '"')
            return at >= end ? end : JsonText.Behind(bytes, at);
        if (bytes[at] == '{' || bytes[at] == '[')
            return BehindClosing(bytes, end, at + 1);
        while (at < end && bytes[at] > ' ' && bytes[at] != ',' && bytes[at] != '}' && bytes[at] != ']')
            at++;
        return at;
    }

    /// <summary>The byte behind the bracket that closes the object or array this lies in, in a document known to be strict.</summary>
    public static int BehindClosing(byte[] bytes, int end, int at)
    {
        for (int open = 1; open > 0 && at < end;)
        {
            if (bytes[at] == '"')
            {
                at = JsonText.Behind(bytes, at);
                continue;
            }
            if (bytes[at] == '{' || bytes[at] == '[')
                open++;
            else if (bytes[at] == '}' || bytes[at] == ']')
                open--;
            at++;
        }
        return at;
    }

    private static string Document(byte[] bytes, int end, ref int at)
    {
        // One bit for each open bracket, the innermost lowest: 1 is an object, 0 an array.
        int kinds = 0;
        int depth = 0;
        while (true)
        {
            string problem = null;
            bool opened = false;
            at = AfterBlanks(bytes, end, at);
            if (at < end && (bytes[at] == '{' || bytes[at] == '['))
            {
                if (depth == Depth)
                    return "nesting is deeper than " + Depth.ToString();
                kinds = (kinds << 1) | (bytes[at] == '{' ? 1 : 0);
                depth++;
                at = AfterBlanks(bytes, end, at + 1);
                opened = at >= end || bytes[at] != Closing(kinds);
            }
            else
                problem = Scalar(bytes, end, ref at);
            if (problem == null && !opened)
            {
                at = AfterBlanks(bytes, end, at);
                for (; depth > 0 && at < end && bytes[at] == Closing(kinds); depth--, kinds >>= 1)
                    at = AfterBlanks(bytes, end, at + 1);
                if (depth == 0)
                    return at == end ? null : "something follows the document";
                if (at == end || bytes[at] != ',')
                    return "a comma or closing bracket is missing";
                at++;
            }
            if (problem == null && (kinds & 1) == 1)
                problem = Name(bytes, end, ref at);
            if (problem != null)
                return problem;
        }
    }

    private static int Closing(int kinds)
    {
        return (kinds & 1) == 1 ? '}' : ']';
    }

    private static string Name(byte[] bytes, int end, ref int at)
    {
        at = AfterBlanks(bytes, end, at);
        if (at == end || bytes[at] != '"')
            return "a field name is missing";
        string problem = Text(bytes, end, ref at);
        if (problem != null)
            return problem;
        at = AfterBlanks(bytes, end, at);
        if (at == end || bytes[at] != ':')
            return "a colon is missing";
        at++;
        return null;
    }

    private static string Scalar(byte[] bytes, int end, ref int at)
    {
        int first = at < end ? bytes[at] : 0;
        switch (first)
        {
            case '"':
                return Text(bytes, end, ref at);
            case 't':
                return Word(bytes, end, ref at, "true");
            case 'f':
                return Word(bytes, end, ref at, "false");
            case 'n':
                return Word(bytes, end, ref at, "null");
            default:
                return Number(bytes, end, ref at);
        }
    }

    private static string Word(byte[] bytes, int end, ref int at, string word)
    {
        for (int i = 0; i < word.Length; i++, at++)
        {
            if (at == end || bytes[at] != word[i])
                return "not a value";
        }
        return null;
    }

    private static string Number(byte[] bytes, int end, ref int at)
    {
        int start = at;
        if (at < end && bytes[at] == '-')
            at++;
        bool leadingZero = at < end && bytes[at] == '0';
        int digits = Digits(bytes, end, ref at);
        if (digits == 0)
            return at == start ? "not a value" : "a digit is missing";
        if (leadingZero && digits > 1)
            return "a number begins with zero";
        if (at < end && bytes[at] == '.')
        {
            at++;
            if (Digits(bytes, end, ref at) == 0)
                return "a digit is missing";
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E'))
        {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-'))
                at++;
            if (Digits(bytes, end, ref at) == 0)
                return "a digit is missing";
        }
        return null;
    }

    private static int Digits(byte[] bytes, int end, ref int at)
    {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9')
            at++;
        return at - start;
    }

    private static string Text(byte[] bytes, int end, ref int at)
    {
        at++;
        while (at < end && bytes[at] != '"')
        {
            if (bytes[at] < ' ')
                return "a control character is not escaped";
            if (bytes[at] == '\\')
            {
                string problem = Escape(bytes, end, ref at);
                if (problem != null)
                    return problem;
                continue;
            }
            int length = Utf8.LengthAt(bytes, at, end);
            if (length == 0)
                return "not valid UTF-8";
            at += length;
        }
        if (at == end)
            return "a string has no end";
        at++;
        return null;
    }

    private static string Escape(byte[] bytes, int end, ref int at)
    {
        int letter = at + 1 < end ? bytes[at + 1] : 0;
        if (letter != 'u')
        {
            if (letter == 0 || "\"\\/bfnrt".IndexOf((char)letter) < 0)
                return "not an escape";
            at += 2;
            return null;
        }
        int unit = Hex(bytes, end, at + 2);
        if (unit < 0)
            return "not four hex digits";
        if (unit == 0)
            return "a zero character";
        if (unit >= 0xD800 && unit <= 0xDFFF)
        {
            bool pair = unit < 0xDC00 && at + 7 < end && bytes[at + 6] == '\\' && bytes[at + 7] == 'u';
            int low = pair ? Hex(bytes, end, at + 8) : 0;
            if (low < 0xDC00 || low > 0xDFFF)
                return "half a surrogate pair";
            at += 6;
        }
        at += 6;
        return null;
    }

    /// <summary>The value of the four hex digits here, or −1 when they are not.</summary>
    public static int Hex(byte[] bytes, int end, int at)
    {
        if (at + 4 > end)
            return -1;
        int value = 0;
        for (int i = at; i < at + 4; i++)
        {
            int c = bytes[i] | 0x20;
            int digit = c >= '0' && c <= '9' && bytes[i] == c ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0)
                return -1;
            value = (value << 4) | digit;
        }
        return value;
    }
}
