namespace Fleet.Gateway.Sites;

/// <summary>The gateway's start number: grows by one with every start, so that nothing of an earlier run is mistaken for this one's.</summary>
/// <param name="Number">The number.</param>
public sealed record GatewayEpoch(long Number);
