namespace Fleet.Wire;

/// <summary>
/// The fields of a message, one after another, each with its name and bounds: a message lists them once, for writing
/// and for reading alike. Every call takes the value held and returns the value to hold: the same when writing, what the
/// payload says when reading. The first problem is kept and ends the work; later calls then change nothing.
/// </summary>
internal abstract class Fields
{
    /// <summary>The field and what is wrong with it; null while nothing is.</summary>
    public string Problem { get; private set; }

    /// <summary>What stands before a field's name in a problem: the item that is open; empty in the message itself.</summary>
    protected abstract string Place { get; }

    /// <summary>Whether an optional field is there: as given when writing, as found when reading.</summary>
    public abstract bool Has(string name, bool present);

    /// <summary>A truth value.</summary>
    public abstract bool Bool(string name, bool value);

    /// <summary>A whole number within bounds.</summary>
    public abstract long Long(string name, long value, long least, long most);

    /// <summary>A string of so many characters.</summary>
    public abstract string Text(string name, string value, int least, int most);

    /// <summary>A line for a person: at most <see cref="Bounds.ReasonLength"/> characters, and cut there when written.</summary>
    public abstract string Line(string name, string value);

    /// <summary>Whole numbers within bounds, the first <paramref name="count"/> of an array that is filled again and again; returns how many there are.</summary>
    public abstract int Ints(string name, int[] values, int count, int least, int most);

    /// <summary>Between so many whole numbers within bounds, in an array of just that length.</summary>
    public abstract int[] Array(string name, int[] values, int leastCount, int mostCount, int least, int most);

    /// <summary>An object of whole numbers under names that are not known beforehand.</summary>
    public abstract void Pairs(string name, ref string[] names, ref long[] values, int mostCount);

    /// <summary>An array of at most so many objects; returns how many there are. Each is then begun and ended, and at last the array.</summary>
    public abstract int BeginItems(string name, int count, int mostCount);

    /// <summary>Begins the next object of the array.</summary>
    public abstract void BeginItem();

    /// <summary>Ends the object begun last.</summary>
    public abstract void EndItem();

    /// <summary>Ends the array of objects.</summary>
    public abstract void EndItems();

    /// <summary>As <see cref="Long"/>.</summary>
    public int Int(string name, int value, int least, int most)
    {
        return (int)Long(name, value, least, most);
    }

    /// <summary>Keeps the first problem.</summary>
    public void Refuse(string name, string problem)
    {
        if (Problem == null)
            Problem = Place + name + ": " + problem;
    }

    /// <summary>Forgets the problem of the message before.</summary>
    protected void Reset()
    {
        Problem = null;
    }

    /// <summary>Whether the value is within bounds; if not, that is the problem.</summary>
    protected bool IsWithin(string name, long value, long least, long most)
    {
        if (value < least)
            Refuse(name, value.ToString() + " is below " + least.ToString());
        else if (value > most)
            Refuse(name, value.ToString() + " is above " + most.ToString());
        else
            return true;
        return false;
    }

    /// <summary>Whether a string or array has a permitted length; if not, that is the problem.</summary>
    protected bool HasLength(string name, int length, int least, int most, string unit)
    {
        if (length < least)
            Refuse(name, length.ToString() + unit + ", fewer than " + least.ToString());
        else if (length > most)
            Refuse(name, length.ToString() + unit + ", more than " + most.ToString());
        else
            return true;
        return false;
    }
}
