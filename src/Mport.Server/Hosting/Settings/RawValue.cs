namespace Mport.Server.Hosting.Settings;

/// <summary>The text of an option and where it was found.</summary>
/// <param name="Text">The text as it was written.</param>
/// <param name="Origin">For messages: <c>--tls-port</c>, <c>MPORTD_TLS_PORT</c> or <c>/etc/mportd.yml:3: tls_port</c>.</param>
/// <param name="BaseFolder">Where a path that is not absolute begins.</param>
/// <param name="IsFlag">Whether it stood on the command line.</param>
internal sealed record RawValue(string Text, string Origin, string BaseFolder, bool IsFlag);
