using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace Mport.Testing;

/// <summary>A mail server on a port of its own that keeps what it gets: SMTP with STARTTLS and AUTH LOGIN where the test wants them.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly Channel<ReceivedMail> _mails = Channel.CreateUnbounded<ReceivedMail>();
    private int _received;

    private SmtpSink() => _server = ScriptedServer.Start(ServeAsync);

    /// <summary>The port.</summary>
    public int Port => _server.Port;

    /// <summary>Connections so far.</summary>
    public int Connections => _server.Accepted;

    /// <summary>Mails so far.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>With what it offers STARTTLS; null for not at all.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Who may send; null for everybody.</summary>
    public (string User, string Password)? Login { get; init; }

    /// <summary>Whether it closes every connection at once.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether it says nothing at all.</summary>
    public bool IsSilent { get; init; }

    /// <summary>What it answers to a recipient; null for yes.</summary>
    public Func<string, string?> Refuse { get; init; } = _ => null;

    /// <summary>A server.</summary>
    public static SmtpSink Start(X509Certificate2? certificate = null, (string User, string Password)? login = null, Func<string, string?>? refuse = null, bool silent = false) =>
        new() { Certificate = certificate, Login = login, Refuse = refuse ?? (_ => null), IsSilent = silent };

    /// <summary>The next mail.</summary>
    public Task<ReceivedMail> NextAsync(string what) => _mails.Reader.ReadAsync().Limited(what);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        if (IsAway)
        {
            return;
        }

        if (IsSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }

        await using var plain = new NetworkStream(socket);
        Stream stream = plain;
        SslStream? secured = null;
        string? user = null;
        var (from, to) = ("", "");
        await SayAsync(stream, "220 sink.example ESMTP", stop);
        while (await ReadLineAsync(stream, stop) is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(stream, "250-sink.example", stop);
                    if (Certificate is not null && secured is null)
                    {
                        await SayAsync(stream, "250-STARTTLS", stop);
                    }

                    if (Login is not null && (Certificate is null || secured is not null))
                    {
                        await SayAsync(stream, "250-AUTH LOGIN", stop);
                    }

                    await SayAsync(stream, "250 HELP", stop);
                    break;
                case "STARTTLS" when Certificate is not null:
                    await SayAsync(stream, "220 go ahead", stop);
                    secured = new SslStream(plain);
                    await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, stop);
                    stream = secured;
                    break;
                case "AUTH" when Login is { } login:
                    var name = Decode(line.Split(' ')[^1]);
                    await SayAsync(stream, "334 UGFzc3dvcmQ6", stop);
                    var right = (name, Decode(await ReadLineAsync(stream, stop) ?? "")) == login;
                    user = right ? name : null;
                    await SayAsync(stream, right ? "235 welcome" : "535 5.7.8 wrong user or password", stop);
                    break;
                case "MAIL" when Login is not null && user is null:
                    await SayAsync(stream, "530 5.7.0 sign in first", stop);
                    break;
                case "MAIL":
                    from = Address(line);
                    await SayAsync(stream, "250 ok", stop);
                    break;
                case "RCPT":
                    to = Address(line);
                    await SayAsync(stream, Refuse(to) ?? "250 ok", stop);
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go ahead", stop);
                    var mail = new ReceivedMail(from, to, await ReadTextAsync(stream, stop), secured is not null, user);

                    // Counted before it is confirmed: whoever sees that it was sent finds it here.
                    Interlocked.Increment(ref _received);
                    _mails.Writer.TryWrite(mail);
                    await SayAsync(stream, "250 kept", stop);
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye", stop);
                    return;
                default:
                    await SayAsync(stream, "502 not known", stop);
                    break;
            }
        }
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private static async Task SayAsync(Stream stream, string line, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), stop);
        await stream.FlushAsync(stop);
    }

    private static async Task<string> ReadTextAsync(Stream stream, CancellationToken stop)
    {
        var text = new StringBuilder();
        while (await ReadLineAsync(stream, stop) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
        }

        return text.ToString();
    }

    // A byte at a time: what follows STARTTLS must not be read as text.
    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop) > 0)
        {
            switch (one[0])
            {
                case (byte)'\n':
                    return line.ToString();
                case (byte)'\r':
                    break;
                default:
                    line.Append((char)one[0]);
                    break;
            }
        }

        return null;
    }
}

/// <summary>A mail that a server got.</summary>
/// <param name="From">The sender that was given to the server.</param>
/// <param name="To">The recipient that was given to the server.</param>
/// <param name="Text">Head and body.</param>
/// <param name="Secured">Whether it came through TLS.</param>
/// <param name="User">Who had signed in.</param>
public sealed record ReceivedMail(string From, string To, string Text, bool Secured, string? User)
{
    /// <summary>The lines before the first empty one.</summary>
    public string Head => Text[..Text.IndexOf("\n\n", StringComparison.Ordinal)];

    /// <summary>What follows it.</summary>
    public string Body => Text[Text.IndexOf("\n\n", StringComparison.Ordinal)..];

    /// <summary>The one-time link.</summary>
    public Uri Link => new(Body.Split('\n').First(line => line.Contains("?t=", StringComparison.Ordinal)));
}
