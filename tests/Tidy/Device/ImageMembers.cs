using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The framework types and members that a compiled image refers to, as documentation ids. It knows what no reading of
/// the source tells: string concatenation, enumerators, Dispose, Monitor and whatever else the compiler calls by itself.
/// </summary>
internal static class ImageMembers
{
    public static IReadOnlyList<string> In(Stream image)
    {
        using PEReader file = new(image);
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.TypeReferences.Select(handle => "T:" + NameOf(metadata, handle))
            .Concat(metadata.MemberReferences.Select(metadata.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member => IdOf(metadata, member)))
            .ToArray();
    }

    private static string IdOf(MetadataReader metadata, MemberReference member)
    {
        string owner = NameOf(metadata, (TypeReferenceHandle)member.Parent);
        string name = metadata.GetString(member.Name).Replace('.', '#');
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"F:{owner}.{name}";
        MethodSignature<string> signature = member.DecodeMethodSignature(Names.Shared, null);
        string parameters = signature.ParameterTypes.Length == 0 ? "" : $"({string.Join(',', signature.ParameterTypes)})";
        string result = name is "op_Implicit" or "op_Explicit" ? "~" + signature.ReturnType : "";
        return $"M:{owner}.{name}{parameters}{result}";
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}";
        return type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    /// <summary>Spells the types of a signature as documentation ids do.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public static readonly Names Shared = new();

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => NameOf(reader, handle);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";

        public string GetByReferenceType(string elementType) => elementType + "@";

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetGenericMethodParameter(object? genericContext, int index) => "``" + index;

        public string GetGenericTypeParameter(object? genericContext, int index) => "`" + index;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "";
    }
}
