using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Fleet.Gateway;

/// <summary>Finds configured keys that no option has: a misspelt key would otherwise be a setting that silently does nothing.</summary>
internal static class OptionKeys
{
    private const BindingFlags Settable = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>A sentence for every key under a section that these options do not have, with its place and the keys there are.</summary>
    public static IEnumerable<string> Unknown(IConfigurationSection section, Type options)
    {
        foreach (var child in section.GetChildren())
        {
            var property = options.GetProperty(child.Key, Settable | BindingFlags.IgnoreCase);
            if (property is null)
                yield return $"{child.Path} is not a known key: there are {string.Join(", ", options.GetProperties(Settable).Select(one => one.Name))}";
            else
                foreach (var wrong in UnknownIn(child, property.PropertyType))
                    yield return wrong;
        }
    }

    private static IEnumerable<string> UnknownIn(IConfigurationSection section, Type type)
    {
        if (type.IsGenericType)
            return section.GetChildren().SelectMany(item => Unknown(item, type.GetGenericArguments()[0]));
        return type.Namespace == typeof(OptionKeys).Namespace ? Unknown(section, type) : [];
    }
}
