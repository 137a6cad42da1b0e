using Fleet.Wire;

namespace Fleet.Core;

/// <summary>The values of one table of options, as one object of the settings file gives them.</summary>
public abstract class OptionSet
{
    private readonly SettingsPart _part;
    private readonly string[] _texts;
    private readonly int[] _numbers;

    /// <summary>One bit an option.</summary>
    private long _given;

    private protected OptionSet(SettingsPart part)
    {
        _part = part;
        int texts = 0;
        int count = 0;
        Option option;
        for (; (option = SettingsTable.At(part, count)) != null; count++)
            texts += option.IsText ? 1 : 0;
        _texts = new string[texts];
        // One object for all: on the device a literal is a new string every time it is read, and the tick reads these.
        string none = "";
        for (int i = 0; i < texts; i++)
            _texts[i] = none;
        _numbers = new int[count - texts];
        for (int i = texts; i < count; i++)
            Set(i, SettingsTable.At(part, i).Default);
    }

    /// <summary>The option of this name and its number; null when there is none.</summary>
    internal Option Find(string name, out int index)
    {
        Option option;
        index = 0;
        while ((option = SettingsTable.At(_part, index)) != null && option.Name != name)
            index++;
        return option;
    }

    internal int Number(int index)
    {
        return _numbers[index - _texts.Length];
    }

    internal string Text(int index)
    {
        return _texts[index];
    }

    internal void Forget(int index)
    {
        _texts[index] = "";
    }

    internal bool IsGiven(int index)
    {
        return (_given & (1L << index)) != 0;
    }

    internal void Set(int index, int value)
    {
        _numbers[index - _texts.Length] = value;
    }

    /// <summary>Reads the object the reader stands on, which has these options only; false with what is wrong.</summary>
    internal bool TryReadObject(JsonReader json, out string reason)
    {
        reason = "must be an object";
        if (!json.EnterObject())
            return false;
        while (json.NextField())
        {
            if (!json.TryName(Bounds.TextLength, out string name))
                name = "?";
            if (!TryReadOption(json, name, out reason))
                return false;
        }
        reason = Missing();
        return reason == null;
    }

    /// <summary>Reads the value of the field the reader stands on; false with what is wrong.</summary>
    internal bool TryReadOption(JsonReader json, string name, out string reason)
    {
        Option option = Find(name, out int index);
        if (option == null)
        {
            reason = name + ": unknown key; remove it or correct its spelling";
            return false;
        }
        if (IsGiven(index))
        {
            reason = name + ": given twice";
            return false;
        }
        reason = null;
        _given |= 1L << index;
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
            Set(index, number);
        }
        return reason == null;
    }

    /// <summary>Says which required key is missing; null when none is.</summary>
    internal string Missing()
    {
        Option option;
        for (int i = 0; (option = SettingsTable.At(_part, i)) != null; i++)
        {
            if (option.IsRequired && !IsGiven(i))
                return option.Name + ": missing; " + option.Doc;
        }
        return null;
    }

    internal static string OutOfRange(Option option)
    {
        string unit = option.Unit.Length == 0 ? "" : " " + option.Unit;
        return option.Name + ": must be a whole number from " + option.Least.ToString() + " to " + option.Most.ToString() + unit;
    }
}
