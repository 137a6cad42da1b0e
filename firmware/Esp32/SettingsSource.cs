using System;
using System.Text;
using System.Threading;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>
/// Where settings come from: the file in storage; where there is none, <see cref="BuiltInSettings"/>. Without settings
/// that can be used it says what to do and tries again, and the loads stay as they are wired to be without a controller.
/// </summary>
internal sealed class SettingsSource
{
    /// <summary>The file, as nanoff deploys it.</summary>
    public const string FilePath = "I:\\fleet.json";

    private const int RetryMs = 15000;

    private byte[] _file;
    private string _place;

    /// <summary>Settings that were read whole.</summary>
    public Settings Wait()
    {
        while (true)
        {
            Settings settings = new Settings();
            string problem = Load();
            if (problem == null && !settings.TryRead(_file, _file.Length, out string reason))
                problem = _place + ": " + reason;
            _file = null;
            if (problem == null)
            {
                Log.Line("settings: " + _place + ", " + settings.Site + "/" + settings.Controller);
                return settings;
            }
            Refuse(problem);
        }
    }

    /// <summary>Says what is wrong with the settings and waits before they are tried again.</summary>
    public void Refuse(string problem)
    {
        Log.Line(problem);
        Log.Line("waiting for " + FilePath + ": correct it and deploy it with nanoff --filedeployment");
        Thread.Sleep(RetryMs);
    }

    private string Load()
    {
        _place = FilePath;
        string problem;
        try
        {
            _file = Device.ReadSettings(FilePath, out problem);
        }
        catch (Exception failure)
        {
            problem = "storage cannot be read: " + failure.GetType().FullName;
        }
        if (problem == null || BuiltInSettings.Json.Length == 0)
            return problem;
        _place = "the settings in the image";
        _file = Encoding.UTF8.GetBytes(BuiltInSettings.Json);
        return null;
    }
}
