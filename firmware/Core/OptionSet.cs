using Fleet.Wire;

namespace Fleet.Core;

/// <summary>The values of one table of options, as one object of the settings file gives them.</summary>
internal sealed class OptionSet
{
    private readonly Option[] _table;
    private readonly int[] _numbers;
    private readonly string[] _texts;
    private readonly bool[] _given;

    public OptionSet(Option[] table)
    {
        _table = table;
        _numbers = new int[table.Length];
        _texts = new string[table.Length];
        _given = new bool[table.Length];
        for (int i = 0; i < table.Length; i++)
        {
            _numbers[i] = table[i].Default;
            _texts[i] = "";
        }
    }

    /// <summary>Position of a key in the table; −1 when it has none.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < _table.Length; i++)
        {
            if (_table[i].Name == name)
                return i;
        }
        return -1;
    }

    public int Number(int index)
    {
        return _numbers[index];
    }

    public string Text(int index)
    {
        return _texts[index];
    }

    public bool IsGiven(int index)
    {
        return _given[index];
    }

    public void Set(int index, int value)
    {
        _numbers[index] = value;
    }

    /// <summary>Reads the value of the field the reader stands on; false with what is wrong.</summary>
    public bool TryReadField(JsonReader json, string name, out string reason)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            reason = name + ": unknown key; remove it or correct its spelling";
            return false;
        }
        if (_given[index])
        {
            reason = name + ": given twice";
            return false;
        }
        Option option = _table[index];
        reason = null;
        _given[index] = true;
        if (option.IsText)
        {
            if (!json.TryString(option.Most, out string text) || text.Length < option.Least)
                reason = name + ": must be text of " + option.Least.ToString() + " to " + option.Most.ToString() + " characters";
            _texts[index] = text;
        }
        else
        {
            if (!json.TryInt(option.Least, option.Most, out int number))
                reason = OutOfRange(option);
            _numbers[index] = number;
        }
        return reason == null;
    }

    /// <summary>Says which required key is missing; null when none is.</summary>
    public string Missing()
    {
        for (int i = 0; i < _table.Length; i++)
        {
            if (_table[i].IsRequired && !_given[i])
                return _table[i].Name + ": missing; " + _table[i].Doc;
        }
        return null;
    }

    public static string OutOfRange(Option option)
    {
        string unit = option.Unit.Length == 0 ? "" : " " + option.Unit;
        return option.Name + ": must be a whole number from " + option.Least.ToString() + " to " + option.Most.ToString() + unit;
    }
}
