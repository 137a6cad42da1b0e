using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>One of the built programs in a process of its own, as a user runs it: what it prints, its exit code, and Ctrl-C.</summary>
public sealed class GatewayProgram : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Process _process;

    private GatewayProgram(string assembly, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, string folder = "")
    {
        // A shell's background jobs ignore Ctrl-C and hand that on; GNU env gives the program its own again.
        string[] shell = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(shell[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in shell.Skip(1).Append(Path.Combine(AppContext.BaseDirectory, assembly)).Concat(arguments))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has printed so far, errors too.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>Starts <c>fleet</c>.</summary>
    public static GatewayProgram Fleet(params string[] arguments) => new("fleet.dll", arguments, []);

    /// <summary>Starts <c>fleet</c> in a working folder.</summary>
    public static GatewayProgram FleetIn(string folder, params string[] arguments) => new("fleet.dll", arguments, [], folder);

    /// <summary>Starts the gateway by itself, with settings from the environment.</summary>
    public static GatewayProgram Gateway(params (string Name, string Value)[] environment) => new("Fleet.Gateway.dll", [], environment);

    /// <summary>Starts the gateway by itself, in the folder of its settings file.</summary>
    public static GatewayProgram GatewayIn(string folder) => new("Fleet.Gateway.dll", [], [], folder);

    /// <summary>Runs <c>fleet</c> to its end.</summary>
    public static async Task<(int ExitCode, string Text)> RunFleetAsync(params string[] arguments)
    {
        using var program = Fleet(arguments);
        return (await program.EndAsync(), program.Text);
    }

    /// <summary>Waits for a line that begins so, and gives its rest.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        string? found = null;
        await GatewayWait.UntilAsync($"it prints '{beginning}'", () =>
        {
            found = _lines.FirstOrDefault(line => line.TrimStart().StartsWith(beginning, StringComparison.Ordinal));
            return found is not null || _process.HasExited;
        }, () => Text);
        Assert.True(found is not null, $"it ended without printing '{beginning}': {Text}");
        return found.Trim()[beginning.Length..].Trim();
    }

    /// <summary>Presses Ctrl-C and waits for the end.</summary>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString()]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await EndAsync();
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(GatewayWait.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
