using System;
using System.IO;
using System.Linq;
using Fleet.Virtual;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class FolderStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-store-");
    private readonly byte[] _buffer = new byte[8];

    [Fact]
    public void A_record_is_replaced_whole_and_outlives_the_store()
    {
        Assert.True(new FolderStore(_folder.FullName).TryWrite("register", [1, 2, 3, 4], 4));
        Assert.True(new FolderStore(_folder.FullName).TryWrite("register", [5, 6, 7], 2));

        Assert.True(new FolderStore(_folder.FullName).TryRead("register", _buffer, out var length));
        Assert.Equal([5, 6], _buffer[..length]);
        Assert.Equal(["register"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void What_a_cut_left_unfinished_is_not_the_record()
    {
        var store = new FolderStore(_folder.FullName);
        store.TryWrite("register", [1, 2], 2);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "register.new"), [9]);

        Assert.True(store.TryRead("register", _buffer, out var length));
        Assert.Equal([1, 2], _buffer[..length]);
        Assert.True(store.TryWrite("register", [3], 1));
        Assert.True(store.TryRead("register", _buffer, out length));
        Assert.Equal([3], _buffer[..length]);
    }

    [Fact]
    public void An_absent_record_and_one_too_long_are_no_records()
    {
        var store = new FolderStore(_folder.FullName);
        store.TryWrite("long", new byte[9], 9);

        Assert.False(store.TryRead("absent", _buffer, out _));
        Assert.False(store.TryRead("long", _buffer, out _));
    }

    [Fact]
    public void A_storage_that_fails_says_so()
    {
        var store = new FolderStore(_folder.FullName);
        _folder.Delete(recursive: true);

        Assert.False(store.TryWrite("register", [1], 1));
        _folder.Create();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
