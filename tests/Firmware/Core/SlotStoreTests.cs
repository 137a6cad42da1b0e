using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Two files a record: the old or the new, whatever happens to one of them.</summary>
public sealed class SlotStoreTests
{
    private readonly TornFlash _flash = new();
    private readonly byte[] _buffer = new byte[64];

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, new byte[] { 4, 5, 6 })]
    [InlineData(new byte[] { 1 }, new byte[] { 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7 }, new byte[] { 0 })]
    public void A_write_cut_at_any_byte_leaves_the_old_record_or_the_new(byte[] old, byte[] young)
    {
        // So often that both files have been written, and each of them is the next.
        SlotStore store = new(_flash);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(store.TryWrite("a", old, old.Length));
            Assert.True(store.TryWrite("a", young, young.Length));
        }
        foreach (FlashWrite write in _flash.Writes.Skip(1))
        {
            byte[] before = Read(new TornFlash(write.Before));
            byte[] after = write.Bytes[16..];
            foreach (Tear tear in Enum.GetValues<Tear>())
            {
                for (int count = 0; count <= write.Bytes.Length; count++)
                {
                    TornFlash torn = write.CutAt(count, tear);
                    bool isWhole = torn.Files[write.File].SequenceEqual(write.Bytes);
                    Assert.Equal(isWhole ? after : before, Read(torn));
                    GoesOn(torn);
                }
            }
        }
    }

    [Fact]
    public void The_first_write_cut_at_any_byte_leaves_nothing_or_the_record_and_does_not_hinder_the_next()
    {
        new SlotStore(_flash).TryWrite("a", [1, 2, 3], 3);
        for (int count = 0; count <= _flash.Writes[0].Bytes.Length; count++)
        {
            TornFlash torn = _flash.Writes[0].CutAt(count, Tear.Short);
            Assert.Equal(count < 19 ? [] : new byte[] { 1, 2, 3 }, Read(torn));
            GoesOn(torn);
        }
    }

    [Fact]
    public void Any_bit_of_the_newest_that_turns_at_rest_leaves_the_one_before()
    {
        SlotStore store = new(_flash);
        store.TryWrite("a", [1, 2, 3], 3);
        store.TryWrite("a", [4, 5, 6], 3);
        for (int bit = 0; bit < 19 * 8; bit++)
        {
            TornFlash damaged = new(_flash.Files);
            damaged.Files["a.1"][bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal([1, 2, 3], Read(damaged));
            GoesOn(damaged);
            // The store that wrote it finds it too, and does not go by what it remembers.
            _flash.Files["a.1"][bit / 8] ^= (byte)(1 << bit % 8);
            Assert.True(store.TryRead("a", _buffer, out int length));
            Assert.Equal([1, 2, 3], _buffer[..length]);
            _flash.Files["a.1"][bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Damage_of_both_is_told_from_nothing_ever_written()
    {
        SlotStore store = new(_flash);
        store.TryWrite("a", [1, 2, 3], 3);
        store.TryWrite("a", [4, 5, 6], 3);
        _flash.Files["a.0"][17] ^= 1;
        _flash.Files["a.1"][17] ^= 1;
        Assert.False(store.TryRead("a", _buffer, out int length));
        Assert.Equal(_buffer.Length + 1, length);
        Assert.False(store.TryRead("b", _buffer, out length));
        Assert.Equal(0, length);
        GoesOn(_flash);
    }

    [Fact]
    public void Numbers_of_garbage_do_not_outlast_it()
    {
        new SlotStore(_flash).TryWrite("a", [1], 1);
        // A head with the highest number of all, whose checksum is wrong.
        _flash.Files["a.1"] = [.. _flash.Files["a.0"]];
        Array.Fill(_flash.Files["a.1"], (byte)0xFF, 4, 4);
        for (byte i = 2; i < 9; i++)
        {
            Assert.True(new SlotStore(_flash).TryWrite("a", [i], 1));
            Assert.Equal([i], Read(_flash));
        }
    }

    [Fact]
    public void A_record_longer_than_the_buffer_is_not_stood_in_for_by_an_older_one_and_not_lost()
    {
        SlotStore store = new(_flash);
        store.TryWrite("a", [1], 1);
        store.TryWrite("a", [1, 2, 3, 4, 5], 5);
        Assert.False(new SlotStore(_flash).TryRead("a", new byte[4], out int length));
        Assert.Equal(5, length);
        Assert.Equal([1, 2, 3, 4, 5], Read(_flash));
        SlotStore other = new(_flash);
        other.TryRead("a", new byte[4], out _);
        Assert.True(other.TryWrite("a", [6], 1));
        Assert.Equal([6], Read(_flash));
        Assert.Equal(5, _flash.Files["a.1"].Length - 16);
    }

    [Fact]
    public void Records_do_not_touch_each_other()
    {
        SlotStore store = new(_flash);
        for (byte i = 0; i < 7; i++)
        {
            store.TryWrite("a", [i], 1);
            store.TryWrite("a.b", [(byte)(100 + i)], 1);
        }
        Assert.Equal([6], Read(_flash));
        Assert.True(store.TryRead("a.b", _buffer, out _));
        Assert.Equal(106, _buffer[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_reading_that_fails_once_or_twice_hides_no_record(int failing)
    {
        TornFlash flash = new();
        new SlotStore(flash).TryWrite("r", [1, 2], 2);
        new SlotStore(flash).TryWrite("r", [3, 4], 2);
        for (int good = 0; good < 8; good++)
        {
            SlotStore store = new(new LateFailure(flash, good, failing));
            byte[] buffer = new byte[2];
            Assert.True(store.TryRead("r", buffer, out int length));
            Assert.Equal([3, 4], buffer[..length]);
        }
    }

    [Fact]
    public void A_flash_that_cannot_be_read_is_not_written_over()
    {
        new SlotStore(_flash).TryWrite("a", [1], 1);
        SlotStore store = new(_flash);
        _flash.FailsToRead = true;
        Assert.False(store.TryRead("a", _buffer, out int length));
        Assert.Equal(_buffer.Length + 1, length);
        Assert.False(store.TryWrite("a", [2], 1));
        _flash.FailsToRead = false;
        Assert.Equal([1], Read(_flash));
        Assert.True(store.TryWrite("a", [2], 1));
        Assert.Equal([2], Read(_flash));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_record_and_one_that_works_again_replaces_it()
    {
        SlotStore store = new(_flash);
        store.TryWrite("a", [1], 1);
        _flash.FailsToWrite = true;
        Assert.False(store.TryWrite("a", [2], 1));
        Assert.Equal([1], Read(_flash));
        _flash.FailsToWrite = false;
        Assert.True(store.TryWrite("a", [3], 1));
        Assert.Equal([3], Read(_flash));
    }

    /// <summary>Whatever was left, what is written from now on counts.</summary>
    private void GoesOn(TornFlash flash)
    {
        SlotStore store = new(new TornFlash(flash.Files));
        for (byte i = 50; i < 53; i++)
        {
            Assert.True(store.TryWrite("a", [i, i], 2));
            Assert.True(store.TryRead("a", _buffer, out int length));
            Assert.Equal([i, i], _buffer[..length]);
        }
    }

    /// <summary>Empty where there is none.</summary>
    private byte[] Read(TornFlash flash) => new SlotStore(flash).TryRead("a", _buffer, out int length) ? _buffer[..length] : [];

    /// <summary>A flash of which so many readings work, and so many after them do not.</summary>
    private sealed class LateFailure(TornFlash flash, int good, int failing) : IFlashFiles
    {
        private int _reads;

        public int LengthOf(string name) => Count().LengthOf(name);

        public bool TryRead(string name, int offset, byte[] into, int count) => Count().TryRead(name, offset, into, count);

        public void Write(string name, byte[] head, byte[] bytes, int count) => flash.Write(name, head, bytes, count);

        private TornFlash Count()
        {
            if (_reads++ == good)
                flash.FailingReads = failing;
            return flash;
        }
    }
}
