using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Fleet.Gateway;

/// <summary>Finds configured keys that no option has, and values that are not of their kind: either would silently do nothing or be told in words of the program.</summary>
internal static class OptionKeys
{
    private const BindingFlags Settable = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>A sentence for every mistake under a section, with its place and what is allowed there.</summary>
    public static IEnumerable<string> Wrong(IConfigurationSection section, Type options)
    {
        if (!string.IsNullOrEmpty(section.Value))
            yield return $"{section.Path} is '{section.Value}': give an object with {NamesOf(options)}";
        foreach (var child in section.GetChildren())
        {
            var property = options.GetProperty(child.Key, Settable | BindingFlags.IgnoreCase);
            if (property is null)
                yield return $"{child.Path} is not a known key: there are {NamesOf(options)}";
            else
                foreach (var wrong in WrongIn(child, property.PropertyType))
                    yield return wrong;
        }
    }

    private static string NamesOf(Type options) => string.Join(", ", options.GetProperties(Settable).Select(one => one.Name));

    private static IEnumerable<string> WrongIn(IConfigurationSection section, Type type)
    {
        if (type.IsGenericType)
            return string.IsNullOrEmpty(section.Value)
                ? section.GetChildren().SelectMany(item => Wrong(item, type.GetGenericArguments()[0]))
                : [$"{section.Path} is '{section.Value}': give a list of objects with {NamesOf(type.GetGenericArguments()[0])}"];
        if (type.Namespace == typeof(OptionKeys).Namespace)
            return Wrong(section, type);
        return Allowed(section.Value, type) is { } allowed
            ? [$"{section.Path} is {(section.Value is { } value ? $"'{value}'" : "no single value")}: give {allowed}"]
            : [];
    }

    // What is allowed where the value is not; null when it is.
    private static string? Allowed(string? value, Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase) ? null : "one of " + string.Join(", ", Enum.GetNames(type));
        if (type == typeof(int))
            return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : $"a whole number of at most {int.MaxValue}";
        if (type == typeof(double))
            return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : "a number such as 0.5";
        return value is null ? "a text" : null;
    }
}
