using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// How large the byte code of a compiled assembly becomes for the device, by the rules of nanoFramework's metadata
/// processor (CodeWriter.cs): names and long branches have two bytes in place of four, a switch a byte and two a target,
/// a protected block twelve and the list of them one. It refuses an assembly whose table is longer than a method's 16-bit
/// place in it can tell.
/// </summary>
internal static class ByteCode
{
    /// <summary>The longest table.</summary>
    public const int MostBytes = 65_535;

    private const int BlockBytes = 12;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    public static int BytesOf(byte[] image)
    {
        using PEReader file = new(new MemoryStream(image));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)
            .Where(method => method.RelativeVirtualAddress != 0)
            .Sum(method => BytesOf(file.GetMethodBody(method.RelativeVirtualAddress)));
    }

    private static int BytesOf(MethodBodyBlock body)
    {
        int bytes = body.ExceptionRegions.Length > 0 ? body.ExceptionRegions.Length * BlockBytes + 1 : 0;
        BlobReader code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int first = code.ReadByte();
            OpCode one = Codes[first == 0xFE ? 0xFE00 | code.ReadByte() : first];
            bytes += one.Size + OperandBytes(one.OperandType, ref code);
        }
        return bytes;
    }

    private static int OperandBytes(OperandType type, ref BlobReader code)
    {
        int bytes = type switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            _ => 4,
        };
        if (type == OperandType.InlineSwitch)
        {
            int targets = code.ReadInt32();
            code.Offset += 4 * targets;
            return 1 + 2 * targets;
        }
        code.Offset += bytes;
        return type is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
            or OperandType.InlineString or OperandType.InlineBrTarget ? 2 : bytes;
    }
}
