using System;
using System.IO;
using System.Linq;
using Fleet.Core;
using Fleet.Virtual;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class FolderFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-store-");
    private readonly byte[] _buffer = new byte[8];

    private SlotStore Store => new(new FolderFiles(_folder.FullName));

    [Fact]
    public void A_record_outlives_the_store_in_two_files()
    {
        Assert.True(Store.TryWrite("register", [1, 2, 3, 4], 4));
        Assert.True(Store.TryWrite("register", [5, 6, 7], 2));

        Assert.True(Store.TryRead("register", _buffer, out var length));
        Assert.Equal([5, 6], _buffer[..length]);
        Assert.Equal(["register.0", "register.1"], _folder.GetFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public void A_file_that_a_cut_left_torn_is_not_the_record()
    {
        Store.TryWrite("register", [1, 2], 2);
        Store.TryWrite("register", [3, 4], 2);
        var newest = Path.Combine(_folder.FullName, "register.1");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..17]);

        Assert.True(Store.TryRead("register", _buffer, out var length));
        Assert.Equal([1, 2], _buffer[..length]);
    }

    [Fact]
    public void A_storage_that_fails_says_so()
    {
        var store = Store;
        _folder.Delete(recursive: true);

        Assert.False(store.TryWrite("register", [1], 1));
        _folder.Create();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
