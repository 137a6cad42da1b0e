using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The changes made to the settings from afar, kept over a reboot. They belong to one settings file: when a technician has
/// put another in its place, they are void, so that the person at the controller has the last word.
/// <code>{"file":3735928559,"settings":{"failSafeWatts":4200,…}}</code>
/// </summary>
public sealed class SettingsChanges
{
    private const string Record = "changes";

    private readonly Settings _settings;
    private readonly Records _records;
    private bool _isUnkept;

    /// <summary>Takes the settings and puts the kept changes into them; the buffer is used for reading only.</summary>
    public SettingsChanges(Settings settings, Records records, byte[] buffer)
    {
        _settings = settings;
        _records = records;
        Read(buffer);
    }

    /// <summary>Keeps every option that may be changed from afar as it is now; false when the storage failed.</summary>
    public bool TryWrite()
    {
        byte[] buffer = new byte[Bounds.PayloadBytes / 4];
        JsonWriter json = new JsonWriter();
        json.Start(buffer);
        json.BeginObject();
        json.Field("file", (long)_settings.Fingerprint);
        json.BeginObject("settings");
        Option option;
        for (int i = 0; (option = SettingsTable.At(SettingsPart.Controller, i)) != null; i++)
        {
            if (option.IsRemote)
                json.Field(option.Name, _settings.ValueAt(i));
        }
        json.EndObject();
        json.EndObject();
        _isUnkept = !_records.TryWrite(Record, buffer, json.Length);
        return !_isUnkept;
    }

    /// <summary>Keeps what could not be kept before, once the storage works again.</summary>
    public void Keep()
    {
        if (_isUnkept && !_records.HasFailed)
            TryWrite();
    }

    private void Read(byte[] buffer)
    {
        JsonReader json = new JsonReader();
        if (!_records.TryRead(Record, buffer, out int length) || !json.TryStart(buffer, length, out _))
            return;
        bool sameFile = json.Find("file") && json.TryLong(0, uint.MaxValue, out long file) && file == _settings.Fingerprint;
        if (!sameFile || !json.Find("settings") || !json.EnterObject())
            return;
        string[] name = new string[1];
        long[] value = new long[1];
        // One by one: an option that a newer firmware no longer has, or bounds otherwise, does not void the rest.
        while (json.NextField())
        {
            if (json.TryName(Bounds.NameLength, out name[0]) && json.TryLong(long.MinValue, long.MaxValue, out value[0]))
                _settings.TryChange(name, value, out _);
        }
    }
}
