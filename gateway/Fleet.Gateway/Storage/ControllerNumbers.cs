using System.Collections.Generic;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Storage;

/// <summary>The controllers' numbers in the database, and what they share with the gateway; read once at the start.</summary>
public sealed class ControllerNumbers
{
    private readonly Dictionary<ControllerAddress, ControllerRow> _rows = [];

    /// <summary>The numbers of these controllers.</summary>
    public ControllerNumbers(IEnumerable<ControllerRow> rows)
    {
        foreach (var row in rows)
            _rows[new ControllerAddress(row.Site, row.Controller)] = row;
    }

    /// <summary>Every enrolled controller's secret, 64 hex digits.</summary>
    public IEnumerable<KeyValuePair<ControllerAddress, string>> Secrets
    {
        get
        {
            foreach (var (controller, row) in _rows)
                yield return new KeyValuePair<ControllerAddress, string>(controller, row.Secret);
        }
    }

    /// <summary>A controller's number; null when it is not enrolled.</summary>
    public long? Of(ControllerAddress controller) => _rows.TryGetValue(controller, out var row) ? row.Id : null;

    /// <summary>A controller's secret, 64 hex digits; null when it is not enrolled.</summary>
    public string? SecretOf(ControllerAddress controller) => _rows.TryGetValue(controller, out var row) ? row.Secret : null;
}
