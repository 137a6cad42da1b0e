namespace Fleet.Drivers;

/// <summary>
/// Where in nested JSON a scanner stands: the names of the objects around it, outermost first. Names are kept as hashes
/// (FNV-1a), because their text would cost a driver ten times the heap; what is looked for is compared letter by letter.
/// </summary>
internal sealed class FieldPath
{
    /// <summary>Deepest object whose name is kept; Braiins OS nests six.</summary>
    private const int Deepest = 8;

    private readonly int[] _names = new int[Deepest];
    private int _depth;
    private int _name;

    /// <summary>Stands outside of everything.</summary>
    public void Reset()
    {
        _depth = 0;
        _name = 0;
    }

    /// <summary>Takes the name before a colon: that of an object, if one opens there.</summary>
    public void Name(byte[] bytes, int offset, int length)
    {
        _name = 0;
        for (int i = 0; i < length; i++)
            _name = Hash(_name, bytes[offset + i]);
    }

    /// <summary>Goes into an object or out of one.</summary>
    public void Nest(bool opens)
    {
        if (opens && _depth < Deepest)
            _names[_depth] = _name;
        _depth += opens ? 1 : _depth > 0 ? -1 : 0;
        _name = 0;
    }

    /// <summary>Whether the innermost objects have the names in this part of a text, with <c>/</c> between them.</summary>
    public bool EndsWith(string names, int start, int end)
    {
        int level = _depth;
        while (end > start)
        {
            int from = end;
            while (from > start && names[from - 1] != '/')
                from--;
            int name = 0;
            for (int i = from; i < end; i++)
                name = Hash(name, names[i]);
            level--;
            if (level < 0 || level >= Deepest || _names[level] != name)
                return false;
            end = from - 1;
        }
        return true;
    }

    private static int Hash(int hash, int letter)
    {
        return (hash ^ letter) * 16777619;
    }
}
