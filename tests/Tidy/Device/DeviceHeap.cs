using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// What objects would take of the device's heap: walked here, laid out as the 32-bit interpreter does.
/// <code>
/// block        12 B: the unit of everything
/// object       a block, and one for each instance field, whatever its type
/// array        24 B and its items: a block for a reference, their natural size for primitives
/// string       a block, its UTF-8 bytes and one more; the text of a literal lies in the image
/// delegate     36 B
/// static       a block for each field, whether or not it was ever used
/// </code>
/// Source: nf-interpreter, src/CLR/Core (CLR_RT_HeapBlock_*). Only the device's own types are counted; what stands in for its host in a test is not, nor what hangs on that alone.
/// </summary>
internal sealed class DeviceHeap
{
    private const int Block = 12;
    private const int ArrayHead = 24;
    private const int Delegate = 36;
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly HashSet<Assembly> _assemblies;
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (int Count, int Bytes)> _byOwner = [];

    /// <summary>Counts the statics of these assemblies, which are the device's.</summary>
    public DeviceHeap(params Assembly[] assemblies)
    {
        _assemblies = [.. assemblies];
        foreach (Type type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters))
        {
            // What the compiler keeps for initialising arrays lies in the image.
            if (type.FullName!.StartsWith('<'))
                continue;
            foreach (FieldInfo field in type.GetFields(Static).Where(field => !field.IsLiteral))
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
                Count("static fields", Block);
                Walk(field.GetValue(null), "static " + NameOf(type) + "." + field.Name);
            }
        }
    }

    /// <summary>All bytes counted so far.</summary>
    public int Bytes => _byOwner.Values.Sum(owner => owner.Bytes);

    /// <summary>Counts what hangs on this object, the object itself included.</summary>
    public DeviceHeap Add(object root)
    {
        Walk(root, "");
        return this;
    }

    /// <summary>The largest entries, each a type with its number and bytes; arrays and strings go by the field that holds them.</summary>
    public string Table(int most)
    {
        StringBuilder table = new();
        foreach ((string owner, (int count, int bytes)) in _byOwner.OrderByDescending(entry => entry.Value.Bytes).Take(most))
            table.Append($"{bytes,7} B {count,5} × {owner}\n");
        return table.ToString();
    }

    /// <summary>An array's bytes on the device.</summary>
    public static int BytesOf(Array array)
    {
        Type item = array.GetType().GetElementType()!;
        int itemBytes = item.IsEnum ? SizeOf(Enum.GetUnderlyingType(item)) : SizeOf(item);
        return Round(ArrayHead + itemBytes * array.Length);
    }

    private void Walk(object? one, string holder)
    {
        if (one is null || (one is not string && !_seen.Add(one)))
            return;
        Type type = one.GetType();
        if (one is string text)
        {
            // A literal is the same object at every place here, and one of its own at each there.
            bool isLiteral = ReferenceEquals(string.IsInterned(text), text);
            if (isLiteral || _seen.Add(text))
                Count("string " + holder, isLiteral ? Block : Round(Block + Encoding.UTF8.GetByteCount(text) + 1));
        }
        else if (one is Array array)
        {
            Count(NameOf(type) + " " + holder, BytesOf(array));
            if (type.GetElementType() is { IsPrimitive: false, IsEnum: false })
            {
                foreach (object? item in array)
                    Walk(item, holder);
            }
        }
        else if (one is Delegate method)
        {
            Count(NameOf(type), Delegate);
            Walk(method.Target, holder);
        }
        else if (type == typeof(object))
            Count("locks", Block);
        else if (_assemblies.Contains(type.Assembly))
            WalkFields(one, type);
    }

    private void WalkFields(object one, Type type)
    {
        List<FieldInfo> fields = [];
        for (Type? level = type; level is not null; level = level.BaseType)
            fields.AddRange(level.GetFields(Instance));
        Count(NameOf(type), Block * (1 + fields.Count));
        foreach (FieldInfo field in fields.Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsEnum))
            Walk(field.GetValue(one), NameOf(type) + "." + field.Name);
    }

    private void Count(string owner, int bytes)
    {
        (int count, int before) = _byOwner.GetValueOrDefault(owner);
        _byOwner[owner] = (count + 1, before + bytes);
    }

    private static int SizeOf(Type item) => item switch
    {
        _ when item == typeof(bool) || item == typeof(byte) || item == typeof(sbyte) => 1,
        _ when item == typeof(char) || item == typeof(short) || item == typeof(ushort) => 2,
        _ when item == typeof(long) || item == typeof(ulong) || item == typeof(double) => 8,
        { IsPrimitive: true } => 4,
        _ => Block,
    };

    private static int Round(int bytes) => (bytes + Block - 1) / Block * Block;

    private static string NameOf(Type type) => type.DeclaringType is null ? type.Name : type.DeclaringType.Name + "." + type.Name;
}
