using System;
using System.IO;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

/// <summary>Finds the real series kept beside the repository; a test that needs one is skipped, with the reason, where they are absent.</summary>
public static class RealSeries
{
    /// <summary>Path of a real series, or skips the running test.</summary>
    public static string Path(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Fleet.sln")))
                continue;
            string path = System.IO.Path.Combine(folder.Parent?.FullName ?? "/", "shared", "data", relative);
            if (File.Exists(path))
                return path;
            break;
        }
        Assert.Skip($"real series {relative} is not in ../shared/data beside the repository");
        return "";
    }
}
