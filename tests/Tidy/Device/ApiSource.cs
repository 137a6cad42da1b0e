using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// Writes the rows of one assembly as C# declarations without bodies. Everything that could have a body is extern, so
/// nothing needs a base constructor or a return value; a class without a constructor row gets an internal one.
/// </summary>
internal sealed class ApiSource
{
    private readonly IReadOnlyDictionary<string, ApiType> _all;
    private readonly StringBuilder _text = new();

    private ApiSource(IReadOnlyDictionary<string, ApiType> all) => _all = all;

    /// <param name="rows">the rows of the assembly</param>
    /// <param name="all">the rows of all assemblies by name, for the bases and interfaces of others</param>
    public static string Of(IReadOnlyCollection<ApiType> rows, IReadOnlyDictionary<string, ApiType> all)
    {
        ApiSource source = new(all);
        foreach (ApiType row in rows.Where(row => !all.ContainsKey(row.Container)))
        {
            source._text.Append($"namespace {row.Container}\n{{\n");
            source.Declare(row, rows);
            source._text.Append("}\n");
        }
        return source._text.ToString();
    }

    private void Declare(ApiType row, IReadOnlyCollection<ApiType> rows)
    {
        if (row.Kind == "delegate")
        {
            ApiMember invoke = row.Members.Single(member => member.Kind == "invoke");
            _text.Append($"public delegate {CSharp(invoke.Type!)} {row.ShortName}({Parameters(invoke)});\n");
            return;
        }
        _text.Append($"public {row.Modifiers} {row.Kind} {row.ShortName}{Bases(row)}\n{{\n");
        foreach (ApiMember member in row.Members)
            _text.Append(row.Kind switch
            {
                "enum" => $"{member.Name} = {member.Value},\n",
                "interface" => InterfaceMember(member),
                _ => Member(row, member),
            });
        if (row.Kind == "class" && row.Modifiers != "static" && row.Members.All(member => member.Kind != "constructor"))
            _text.Append($"internal extern {row.ShortName}();\n");
        if (row.Kind is "class" or "struct")
            foreach (string declaration in HiddenImplementations(row))
                _text.Append(declaration);
        foreach (ApiType nested in rows.Where(other => other.Container == row.Name))
            Declare(nested, rows);
        _text.Append("}\n");
    }

    private static string Bases(ApiType row)
    {
        string[] bases = new[] { row.Base }.Concat(row.Interfaces ?? []).OfType<string>().Select(CSharp).ToArray();
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static string InterfaceMember(ApiMember member) => member.Kind switch
    {
        "method" => $"{CSharp(member.Type!)} {member.Name}({Parameters(member)});\n",
        "event" => $"event {CSharp(member.Type!)} {member.Name};\n",
        "indexer" => $"{CSharp(member.Type!)} this[{Parameters(member)}] {Accessors(member)}\n",
        _ => $"{CSharp(member.Type!)} {member.Name} {Accessors(member)}\n",
    };

    private static string Member(ApiType row, ApiMember member)
    {
        string access = member.Access ?? "public";
        string type = member.Type == null ? "" : CSharp(member.Type);
        string head = $"{access} {(member.Modifier == "abstract" ? "" : "extern")} {member.Modifier} ";
        return member.Kind switch
        {
            "const" => $"{access} const {type} {member.Name} = {ApiLiteral.Of(member.Type!, member.Value.ToString()!)};\n",
            "field" => $"{access} {member.Modifier} {type} {member.Name};\n",
            "constructor" => $"{access} extern {row.ShortName}({Parameters(member)});\n",
            "event" => $"{head} event {type} {member.Name};\n",
            "property" => $"{head} {type} {member.Name} {Accessors(member)}\n",
            "indexer" => $"{IndexerName(member)}{head} {type} this[{Parameters(member)}] {Accessors(member)}\n",
            "operator" => $"{head} {Operator(member)}({Parameters(member)});\n",
            _ => $"{head} {type} {member.Name}({Parameters(member)});\n",
        };
    }

    private static string IndexerName(ApiMember member) =>
        member.Name == "Item" ? "" : $"[global::System.Runtime.CompilerServices.IndexerNameAttribute(\"{member.Name}\")] ";

    private static string Accessors(ApiMember member) =>
        "{ " + (member.Get == true ? "get; " : "") + (member.Set == true ? "set; " : "") + "}";

    private static string Operator(ApiMember member) => member.Name switch
    {
        "op_Implicit" => $"implicit operator {CSharp(member.Type!)}",
        "op_Explicit" => $"explicit operator {CSharp(member.Type!)}",
        _ => $"{CSharp(member.Type!)} operator {SyntaxFacts.GetText(SyntaxFacts.GetOperatorKind(member.Name!))}",
    };

    private static string Parameters(ApiMember member) => string.Join(", ", (member.Parameters ?? []).Select(parameter =>
        $"{parameter.Mode} {CSharp(parameter.Type)} @{parameter.Name}"
        + (parameter.Optional == null ? "" : $" = {ApiLiteral.Of(parameter.Type, parameter.Optional)}")));

    /// <summary>Members of the interfaces that the class implements explicitly: those it has no public member for.</summary>
    private IEnumerable<string> HiddenImplementations(ApiType row)
    {
        ApiMember[] visible = Chain(row).SelectMany(type => type.Members).ToArray();
        foreach (ApiType contract in AllInterfaces(row))
            foreach (ApiMember member in contract.Members.Where(wanted => !visible.Any(have => Implements(have, wanted))))
            {
                string name = $"{CSharp(member.Type!)} {CSharp(contract.Name)}.";
                yield return member.Kind switch
                {
                    "method" => $"extern {name}{member.Name}({Parameters(member)});\n",
                    "indexer" => $"extern {name}this[{Parameters(member)}] {Accessors(member)}\n",
                    "event" => $"event {name}{member.Name} {{ add {{ }} remove {{ }} }}\n",
                    _ => $"extern {name}{member.Name} {Accessors(member)}\n",
                };
            }
    }

    private static bool Implements(ApiMember have, ApiMember wanted) => have.Access == null && have.Matches(wanted)
        && have.Type == wanted.Type && have.Modifier?.Contains("static") != true
        && (wanted.Get != true || have.Get == true) && (wanted.Set != true || have.Set == true);

    private IEnumerable<ApiType> Chain(ApiType row)
    {
        for (ApiType? type = row; type != null; type = type.Base == null ? null : _all.GetValueOrDefault(type.Base))
            yield return type;
    }

    private IEnumerable<ApiType> AllInterfaces(ApiType row) => (row.Interfaces ?? [])
        .Where(_all.ContainsKey)
        .SelectMany(name => AllInterfaces(_all[name]).Append(_all[name]))
        .Distinct();

    private static string CSharp(string type) => type == "System.Void" ? "void" : "global::" + type;
}
