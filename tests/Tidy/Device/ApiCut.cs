using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// Cuts rows down to the types and members that some ids name, and to what those cannot be declared without: the types
/// in their signatures, bases and interfaces, what an override overrides, overrides of a kept abstract member, the other
/// operator of a pair, and the attributes the compiler writes for <c>params</c> and indexers.
/// </summary>
internal sealed class ApiCut
{
    /// <summary>The compiler asks for all of them when it resolves an operator or lays out constant data.</summary>
    private static readonly string[] Integers =
    [
        "T:System.Byte", "T:System.Int16", "T:System.Int32", "T:System.UInt32",
        "T:System.Int64", "T:System.UInt64", "T:System.IntPtr", "T:System.UIntPtr",
    ];

    /// <summary>What the compiler asks for by itself when it declares the kind.</summary>
    private static readonly Dictionary<string, string[]> KindNeeds = new()
    {
        ["class"] = ["T:System.Object", "T:System.Void", "T:System.Delegate", .. Integers],
        ["interface"] = ["T:System.Object", "T:System.Void"],
        ["struct"] = ["T:System.ValueType", "T:System.Void"],
        ["enum"] = ["T:System.Enum", "T:System.Int32"],
        ["delegate"] = ["T:System.MulticastDelegate", "T:System.IntPtr", "T:System.Void"],
    };

    /// <summary>What the compiler asks for when it declares an attribute of its own in an image.</summary>
    private static readonly string[] AttributeNeeds =
    [
        "M:System.AttributeUsageAttribute.#ctor(System.AttributeTargets)",
        "P:System.AttributeUsageAttribute.AllowMultiple",
        "P:System.AttributeUsageAttribute.Inherited",
    ];

    private static readonly Dictionary<string, string> OperatorPairs = new()
    {
        ["op_Equality"] = "op_Inequality",
        ["op_Inequality"] = "op_Equality",
        ["op_LessThan"] = "op_GreaterThan",
        ["op_GreaterThan"] = "op_LessThan",
        ["op_LessThanOrEqual"] = "op_GreaterThanOrEqual",
        ["op_GreaterThanOrEqual"] = "op_LessThanOrEqual",
    };

    private readonly Dictionary<string, ApiType> _types;
    private readonly Dictionary<string, (ApiType Owner, ApiMember Member)> _members = [];
    private readonly HashSet<ApiType> _keptTypes = [];
    private readonly HashSet<ApiMember> _keptMembers = new(ReferenceEqualityComparer.Instance);

    private ApiCut(IEnumerable<ApiType> rows)
    {
        _types = rows.ToDictionary(row => row.Name);
        foreach (ApiType row in _types.Values)
            foreach (ApiMember member in row.Members)
                foreach (string id in member.Accessors(row).Append(member.Id(row)))
                    _members[id] = (row, member);
    }

    /// <returns>the rows kept, each with only its kept members, in the order of the given rows</returns>
    public static IReadOnlyList<ApiType> Of(IReadOnlyCollection<ApiType> rows, IEnumerable<string> ids)
    {
        ApiCut cut = new(rows);
        foreach (string id in ids)
            cut.Keep(id);
        cut.KeepOverridesOfAbstractMembers();
        return rows.Where(cut._keptTypes.Contains)
            .Select(row => row with { Members = row.Members.Where(cut._keptMembers.Contains).ToArray() })
            .ToArray();
    }

    /// <summary>The framework types that a row names anywhere, arrays as their elements.</summary>
    public static IEnumerable<string> Mentioned(ApiType row) => row.Members.SelectMany(member => member.Mentioned)
        .Concat(row.Interfaces ?? []).Append(row.Base).OfType<string>().Select(Element);

    private void Keep(string id)
    {
        if (id.StartsWith("T:", StringComparison.Ordinal))
            KeepType(id[2..]);
        else if (_members.TryGetValue(id, out (ApiType Owner, ApiMember Member) found))
            KeepMember(found.Owner, found.Member);
    }

    private void KeepType(string name)
    {
        if (!_types.TryGetValue(name, out ApiType? row) || !_keptTypes.Add(row))
            return;
        foreach (string id in name == "System.Attribute" ? [.. KindNeeds[row.Kind], .. AttributeNeeds] : KindNeeds[row.Kind])
            Keep(id);
        foreach (string needed in (row.Interfaces ?? []).Append(row.Base).OfType<string>().Append(row.Container))
            KeepType(needed);
        foreach (ApiMember invoke in row.Members.Where(member => member.Kind == "invoke"))
            KeepMember(row, invoke);
    }

    private void KeepMember(ApiType owner, ApiMember member)
    {
        if (!_keptMembers.Add(member))
            return;
        KeepType(owner.Name);
        foreach (string type in member.Mentioned)
        {
            KeepType(Element(type));
            if (type.EndsWith(']'))
                KeepType("System.Array");
        }
        if ((member.Parameters ?? []).Any(parameter => parameter.Mode == "params"))
            Keep("M:System.ParamArrayAttribute.#ctor");
        if (member.Kind == "indexer")
            Keep("M:System.Reflection.DefaultMemberAttribute.#ctor(System.String)");
        if (member.Kind == "indexer" && member.Name != "Item")
            Keep("M:System.Runtime.CompilerServices.IndexerNameAttribute.#ctor(System.String)");
        if (member.Kind == "operator" && OperatorPairs.TryGetValue(member.Name!, out string? other))
            Keep((member with { Name = other }).Id(owner));
        if (member.Modifier == "override")
            foreach ((ApiType Owner, ApiMember Member) overridden in Bases(owner).SelectMany(Members).Where(m => m.Member.Matches(member)))
                KeepMember(overridden.Owner, overridden.Member);
    }

    private void KeepOverridesOfAbstractMembers()
    {
        int before;
        do
        {
            before = _keptMembers.Count;
            foreach (ApiType type in _keptTypes.ToArray())
                foreach ((ApiType _, ApiMember contract) in Bases(type).SelectMany(Members).Where(m => IsKeptAbstract(m.Member)).ToArray())
                    foreach (ApiMember member in type.Members.Where(member => member.Matches(contract)))
                        KeepMember(type, member);
        }
        while (_keptMembers.Count > before);
    }

    private bool IsKeptAbstract(ApiMember member) => member.Modifier == "abstract" && _keptMembers.Contains(member);

    private IEnumerable<ApiType> Bases(ApiType row)
    {
        string? name = row.Base ?? "System.Object";
        while (name != null && _types.TryGetValue(name, out ApiType? type))
        {
            yield return type;
            name = type.Base ?? (type.Name == "System.Object" ? null : "System.Object");
        }
    }

    private static IEnumerable<(ApiType Owner, ApiMember Member)> Members(ApiType row) => row.Members.Select(member => (row, member));

    private static string Element(string type) => type.Contains('[') ? type[..type.IndexOf('[')] : type;
}
