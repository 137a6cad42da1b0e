using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Fleet.Virtual.Plant;

/// <summary>A Canaan Avalon of a home model: text commands of the cgminer API, TCP 4028 of the real device.</summary>
/// <remarks>
/// Fields, order, codes and messages follow replies of an Avalon Q on MM319 firmware (UpstreamData/pyasic issue 350 and
/// those who parse it): stats 70, option taken 119, option informs 118, option failed 120, invalid command 14. Every
/// reply ends with NUL and the connection is closed. Sleep and wake come at the second they are set for, by the device's
/// own clock; a time that has passed is not taken. The model moves at the next request after that second.
/// </remarks>
public sealed class AvalonDevice(PlantModel model) : LoadDevice(model)
{
    private const long EpochSeconds = 1_767_225_600;

    private long _offAtSeconds = long.MaxValue;
    private long _onAtSeconds = long.MaxValue;

    /// <summary>Firmware from before litestats.</summary>
    public bool IsOld { get; set; }

    /// <summary>Closes the connection without a word when it is to wake.</summary>
    public bool WakesWithoutAWord { get; set; }

    /// <summary>What the version begins with: a home model's is its name.</summary>
    public string Version { get; set; } = "Q-25052801_14a19a2";

    private long Seconds => EpochSeconds + Model.NowMs / 1000;

    private int Level => int.Max(0, Model.Rating.CapsWatts.LastIndexOf(Model.LimitWatts));

    public override Conversation Open() => new OneCommand(this);

    private string Respond(string request)
    {
        lock (Model.Gate)
        {
            MoveClock();
            var words = request.Split('|', 2);
            return words[0] switch
            {
                "estats" => Status('S', 70, "CGMiner stats") + Stats(),
                "litestats" when !IsOld => Status('S', 70, "CGMiner stats") + Stats(),
                "ascset" when words.Length == 2 => Set(words[1].Split(',')),
                _ => Status('E', 14, "Invalid command"),
            };
        }
    }

    private void MoveClock()
    {
        if (Seconds >= _offAtSeconds)
        {
            _offAtSeconds = long.MaxValue;
            Model.Sleep();
        }

        if (Seconds >= _onAtSeconds)
        {
            _onAtSeconds = long.MaxValue;
            Model.Wake();
        }
    }

    private string Status(char letter, int code, string message) =>
        string.Create(CultureInfo.InvariantCulture, $"STATUS={letter},When={Seconds},Code={code},Msg={message},Description=cgminer 4.11.1|");

    private string Set(string[] words)
    {
        var option = words.Length > 1 ? words[1] : "";
        if (option is "softoff" or "softon")
        {
            if (words.Length != 3 || !words[2].StartsWith("1:", StringComparison.Ordinal) || !long.TryParse(words[2].AsSpan(2), out var at) || at <= Seconds)
                return Status('E', 120, $"ASC 0 set failed: {option} unknown argument");
            (_offAtSeconds, _onAtSeconds) = option == "softoff" ? (at, long.MaxValue) : (long.MaxValue, at);
            return Status('I', 118, $"ASC 0 set info: success {option}: {at}");
        }

        if (option != (char.IsAsciiDigit(Version[0]) ? "worklevel" : "workmode"))
            return Status('E', 120, $"ASC 0 set failed: Unknown option: {option}");
        if (words.Length != 4 || words[2] != "set" || !int.TryParse(words[3], out var level) || level < 0 || level >= Model.Rating.CapsWatts.Length)
            return Status('E', 120, $"ASC 0 set failed: {option} unknown argument");
        Model.Limit(Model.Rating.CapsWatts[level]);
        return Status('S', 119, "ASC 0 set OK");
    }

    private string Stats()
    {
        var works = Model.State is PlantState.Running;
        var work = Model.State switch
        {
            PlantState.Running => "Work",
            PlantState.Starting => "Init",
            PlantState.Tripped => "Fault",
            _ => "Idle",
        };
        var watts = (Model.Milliwatts + 500) / 1000;
        var gigahashes = Model.MilliworkPerSecond / 1000.0;
        var celsius = works ? Model.MilliCelsius / 1000 : 0;
        var level = Level;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"STATS=0,ID=AVALON0,Elapsed={Model.UptimeMs / 1000},Calls=0,Wait=0.000000,Max=0.000000,Min=99999999.000000,MM ID0=Ver[{Version}] "
            + $"CPU[K230] FW[Release] DNA[0201000018f85eaf] MEMFREE[67952] NETFAIL[0 0 0 0 0 0 0 0] SYSTEMSTATU[Work: In {work}, Hash Board: 1] "
            + $"Elapsed[{Model.UptimeMs / 1000}] BOOTBY[0x01.00000000] LW[737509] MH[0] HW[0] DH[2.337%] ITemp[32] HBITemp[{Model.MilliCelsius / 1200}] "
            + $"HBOTemp[{Model.MilliCelsius / 1100}] TMax[{celsius}] TAvg[{celsius * 9 / 10}] TarT[65] Fan1[1401] FanR[44%] SoftOffTime[0] SoftOnTime[0] "
            + $"FanErr[0] PS[0 1217 2250 {watts / 23} {watts * 97 / 100} 2251 {watts}] PCOMM_E[0] GHSspd[{gigahashes:F2}] DHspd[2.337%] GHSmm[55445.83] "
            + $"GHSavg[51528.37] WU[719842.95] Freq[282.86] MGHS[51528.37] TA[160] Core[A3197S] PING[17] SoftOFF[{(work == "Idle" ? 4 : 0)}] "
            + $"SF0[258 276 297 318] WORKMODE[{level}] WORKLEVEL[{level}] MPO[{Model.Rating.CapsWatts[level]}] CALIALL[7] ADJ[1]|");
    }

    private sealed class OneCommand(AvalonDevice device) : Conversation
    {
        private const int RequestLimitBytes = 2_048;

        private readonly List<byte> _in = [];

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            // A text command has no end: cgminer answers what one read has brought.
            _in.AddRange(bytes);
            if (_in.Count > RequestLimitBytes)
                return false;
            var request = Encoding.ASCII.GetString([.. _in]).TrimEnd('\n', '\0');
            var answer = device.Respond(request);
            if (device.WakesWithoutAWord && request.Contains("softon", StringComparison.Ordinal))
                return false;
            reply.Write(Encoding.ASCII.GetBytes(answer));
            reply.Write("\0"u8);
            return false;
        }
    }
}
