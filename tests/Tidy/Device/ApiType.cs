using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Tests.Tidy.Device;

/// <summary>One public type of the device's framework: a row of firmware/nanoframework.api.</summary>
internal sealed record ApiType
{
    [JsonPropertyName("assembly")] public string Assembly { get; init; } = "";
    [JsonPropertyName("type")] public required string Name { get; init; }
    [JsonPropertyName("kind")] public required string Kind { get; init; }
    [JsonPropertyName("modifiers")] public string? Modifiers { get; init; }
    [JsonPropertyName("base")] public string? Base { get; init; }
    [JsonPropertyName("interfaces")] public string[]? Interfaces { get; init; }
    [JsonPropertyName("members")] public required ApiMember[] Members { get; init; }

    /// <summary>The documentation id, as the compiler writes it: <c>T:System.String</c>.</summary>
    [JsonIgnore] public string Id => "T:" + Name;

    /// <summary>The type it is nested in, or the namespace.</summary>
    [JsonIgnore] public string Container => Name[..Name.LastIndexOf('.')];

    [JsonIgnore] public string ShortName => Name[(Name.LastIndexOf('.') + 1)..];
}

/// <summary>One public or protected member of a type of the device's framework.</summary>
internal sealed record ApiMember
{
    [JsonPropertyName("kind")] public required string Kind { get; init; }
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("modifier")] public string? Modifier { get; init; }
    [JsonPropertyName("access")] public string? Access { get; init; }
    [JsonPropertyName("get")] public bool? Get { get; init; }
    [JsonPropertyName("set")] public bool? Set { get; init; }
    [JsonPropertyName("parameters")] public ApiParameter[]? Parameters { get; init; }
    [JsonPropertyName("value")] public JsonElement? Value { get; init; }

    /// <summary>The types that the member's declaration names.</summary>
    [JsonIgnore] public IEnumerable<string> Mentioned => (Parameters ?? []).Select(p => p.Type).Append(Type).OfType<string>();

    /// <summary>The documentation id within its type: <c>M:System.String.Concat(System.String,System.String)</c>.</summary>
    public string Id(ApiType owner) => Kind switch
    {
        "constructor" => $"M:{owner.Name}.#ctor{Signature()}",
        "operator" when Name is "op_Implicit" or "op_Explicit" => $"M:{owner.Name}.{Name}{Signature()}~{Type}",
        "method" or "operator" => $"M:{owner.Name}.{Name}{Signature()}",
        "invoke" => $"M:{owner.Name}.Invoke{Signature()}",
        "property" or "indexer" => $"P:{owner.Name}.{Name}{Signature()}",
        "event" => $"E:{owner.Name}.{Name}",
        _ => $"F:{owner.Name}.{Name}",
    };

    /// <summary>The ids of the methods behind a property, an indexer or an event.</summary>
    public IEnumerable<string> Accessors(ApiType owner)
    {
        if (Kind == "event")
            return [$"M:{owner.Name}.add_{Name}({Type})", $"M:{owner.Name}.remove_{Name}({Type})"];
        if (Kind is not ("property" or "indexer"))
            return [];
        string[] indices = (Parameters ?? []).Select(p => p.Type).ToArray();
        return
        [
            $"M:{owner.Name}.get_{Name}" + (indices.Length == 0 ? "" : $"({string.Join(',', indices)})"),
            $"M:{owner.Name}.set_{Name}({string.Join(',', [.. indices, Type])})",
        ];
    }

    /// <summary>True when both declare the same name and parameters, as an override does of what it overrides.</summary>
    public bool Matches(ApiMember other) => Kind == other.Kind && Name == other.Name && Signature() == other.Signature();

    private string Signature() =>
        Parameters is not { Length: > 0 } ? "" : $"({string.Join(',', Parameters.Select(p => p.Type + (p.IsByReference ? "@" : "")))})";
}

/// <summary>One parameter: its mode is ref, out or params, its optional value is written as text.</summary>
internal sealed record ApiParameter
{
    [JsonPropertyName("name")] public required string Name { get; init; }
    [JsonPropertyName("type")] public required string Type { get; init; }
    [JsonPropertyName("mode")] public string? Mode { get; init; }
    [JsonPropertyName("optional")] public string? Optional { get; init; }

    [JsonIgnore] public bool IsByReference => Mode is "ref" or "out" or "in";
}
