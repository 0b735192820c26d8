namespace Mport.Server.Mail;

/// <summary>A mail's subject and body: plain ASCII, so that a link in it is never broken by an encoding.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">Lines that end with CR LF.</param>
internal sealed record MailText(string Subject, string Body)
{
    /// <summary>A mail of these paragraphs.</summary>
    public static MailText Of(string subject, params string[] paragraphs) =>
        new(subject, string.Join("\r\n\r\n", paragraphs.Select(Wrap)) + "\r\n");

    // A link is one word, which stays whole however long it is.
    private static string Wrap(string paragraph)
    {
        const int Width = 76;
        var lines = new List<string>();
        var line = "";
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        return string.Join("\r\n", lines.Append(line));
    }
}
