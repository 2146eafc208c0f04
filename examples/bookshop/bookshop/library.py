"""The first stock of the shelves: classics that belong to everyone.

Names and years are public facts. Descriptions and reviews were written for this shop, and its
readers are invented.
"""

Opinion = tuple[str, int, str]
"""Reader, stars, text."""

Classic = tuple[str, int, str, list[Opinion]]
"""Title, year of publication, description, reviews."""

Entry = tuple[str, int | None, str, list[Classic]]
"""Name, year of birth, what they are known for, books."""

LIBRARY: list[Entry] = [
    ("Homer", None, "The name that antiquity gave to the poet of the Greek epics.", [
        ("The Odyssey", -700,
         "Ten years after the war, a king tries to sail home. Dated to around 700 BC.", [
            ("Iris", 5, "The reunion with the old dog is four lines long and I cried."),
            ("Tomasz", 4, "Read it aloud; it was made for the ear."),
        ]),
        ("The Iliad", -750,
         "A few weeks of anger near the end of a long siege. Dated to around 750 BC.", [
            ("Noor", 4, "Skip the list of ships the first time, not the last book."),
        ]),
    ]),
    ("Murasaki Shikibu", None, "Lady-in-waiting at the Japanese court around the year 1000.", [
        ("The Tale of Genji", 1010,
         "Love and rank at the Heian court, followed over a lifetime. Written around 1010.", [
            ("Hana", 5, "A thousand years old and sharper about feelings than most new books."),
            ("Pieter", 3, "Beautiful, but keep a family tree at hand."),
        ]),
    ]),
    ("Miguel de Cervantes", 1547, "Spanish soldier, captive, tax collector and novelist.", [
        ("Don Quixote", 1605,
         "A reader of too many romances rides out to live in one, with a doubtful squire.", [
            ("Lucía", 5, "Funny for a hundred pages, and then it quietly breaks your heart."),
            ("Bram", 4, "Sancho gets all the best lines."),
        ]),
    ]),
    ("Daniel Defoe", 1660, "English merchant and journalist who came to the novel at fifty-nine.", [
        ("Robinson Crusoe", 1719,
         "A castaway builds a life on an island, and keeps accounts of it.", [
            ("Greta", 3, "The lists of salvaged tools are oddly soothing."),
        ]),
    ]),
    ("Jonathan Swift", 1667, "Irish satirist and dean of St Patrick's in Dublin.", [
        ("Gulliver's Travels", 1726,
         "Four voyages to places where people are smaller, larger, vaguer or worse.", [
            ("Omar", 4, "Sold to children, aimed at their parents."),
            ("Greta", 4, "The last voyage is not a joke any more."),
        ]),
    ]),
    ("Johann Wolfgang von Goethe", 1749, "German poet, playwright, scientist and minister.", [
        ("The Sorrows of Young Werther", 1774,
         "Letters of a young man in love with someone engaged to another.", [
            ("Jonas", 3, "I wanted to shake him. I also read it in one evening."),
        ]),
        ("Faust, Part One", 1808,
         "A scholar who knows everything but contentment makes a bet with the devil.", [
            ("Jonas", 5, "Every second line has become a proverb."),
            ("Iris", 4, "Gretchen's scenes are the heart of it."),
        ]),
    ]),
    ("Jane Austen", 1775, "English novelist of manners, money and second thoughts.", [
        ("Sense and Sensibility", 1811,
         "Two sisters, one cautious and one not, lose a home and find their footing.", [
            ("Mei", 4, "Elinor deserves a holiday."),
            ("Ruth", 4, "Sharper about money than about marriage."),
        ]),
        ("Pride and Prejudice", 1813,
         "Elizabeth Bennet and Mr Darcy misjudge each other thoroughly, then less so.", [
            ("Ruth", 5, "The fourth reading was the best yet."),
            ("Omar", 5, "Came for the romance, stayed for Mr Collins."),
            ("Mei", 4, "The dialogue needs no stage directions."),
        ]),
        ("Emma", 1815,
         "A clever young woman arranges other people's lives, with mixed results.", [
            ("Ruth", 5, "The picnic on Box Hill still makes me wince."),
            ("Bram", 3, "It took me a while to forgive her."),
        ]),
    ]),
    ("Mary Shelley", 1797, "English writer who began her most famous book at eighteen.", [
        ("Frankenstein", 1818,
         "A student makes a living being and abandons it. It learns to speak, and to hate.", [
            ("Noor", 5, "The creature is the best talker in the book."),
            ("Tomasz", 4, "Not about lightning at all, but about looking after what you make."),
            ("Greta", 5, "Stories inside stories, and ice around all of them."),
        ]),
    ]),
    ("Victor Hugo", 1802, "French poet, novelist and politician, long in exile.", [
        ("Notre-Dame de Paris", 1831,
         "A bell-ringer, a dancer and a priest in the shadow of a cathedral.", [
            ("Lucía", 4, "The building is the main character."),
        ]),
        ("Les Misérables", 1862,
         "A man who stole bread spends a lifetime becoming good while the law follows him.", [
            ("Hana", 5, "Long, and I would not give up a page. Well, perhaps the sewers."),
            ("Pieter", 4, "The bishop's candlesticks hold up the whole book."),
        ]),
    ]),
    ("Alexandre Dumas", 1802, "French playwright and tireless writer of serials.", [
        ("The Three Musketeers", 1844,
         "A young man from Gascony arrives in Paris with a bad horse and three duels booked.", [
            ("Bram", 5, "Nobody has ever had more fun on horseback."),
        ]),
        ("The Count of Monte Cristo", 1846,
         "Betrayed, imprisoned, rich: a sailor returns under other names to settle accounts.", [
            ("Tomasz", 5, "Twelve hundred pages and it still felt short."),
            ("Mei", 5, "Revenge, served over three volumes."),
            ("Jonas", 4, "The years in prison are the best part."),
        ]),
    ]),
    ("Nathaniel Hawthorne", 1804, "American novelist of New England and its bad conscience.", [
        ("The Scarlet Letter", 1850,
         "A woman wears her punishment on her dress; the man beside her hides his.", [
            ("Ruth", 3, "Heavy with meaning, but the scaffold scenes stay with you."),
        ]),
    ]),
    ("Charles Dickens", 1812, "English novelist who wrote in monthly parts for everyone.", [
        ("David Copperfield", 1850,
         "A boy with a hard stepfather grows up among unforgettable people.", [
            ("Greta", 4, "I want Betsey Trotwood for an aunt."),
            ("Hana", 4, "Something will turn up, as Mr Micawber says, and it always does."),
        ]),
        ("A Tale of Two Cities", 1859,
         "London and Paris in the years of the Revolution, and a man who takes another's place.", [
            ("Omar", 4, "The knitting is terrifying."),
        ]),
        ("Great Expectations", 1861,
         "An orphan comes into money and is not improved by it.", [
            ("Pieter", 5, "Nobody forgets the wedding cake."),
            ("Iris", 4, "Joe Gargery is the kindest man in fiction."),
        ]),
    ]),
    ("Charlotte Brontë", 1816, "English novelist, the eldest of three writing sisters.", [
        ("Jane Eyre", 1847,
         "A governess with a will of her own takes a post in a house with a locked floor.", [
            ("Mei", 5, "She never once lets herself be made small."),
            ("Lucía", 4, "Rochester is a walking red flag. The prose is magnificent."),
        ]),
    ]),
    ("Emily Brontë", 1818, "English poet who left one novel.", [
        ("Wuthering Heights", 1847,
         "Two families on the moors wear each other down over two generations.", [
            ("Noor", 4, "No one in it is nice and I could not stop."),
            ("Bram", 2, "I kept hoping that someone would open a window."),
        ]),
    ]),
    ("Herman Melville", 1819, "American sailor, writer and, later, customs inspector.", [
        ("Moby-Dick", 1851,
         "A schoolteacher ships out on a whaler whose captain has only one whale in mind.", [
            ("Tomasz", 5, "The chapters on whaling are the point, not the interruption."),
            ("Ruth", 2, "I know more about rope now than I ever wished to."),
            ("Jonas", 5, "Much funnier than anyone told me."),
        ]),
    ]),
    ("George Eliot", 1819, "Pen name of Mary Ann Evans, English novelist and translator.", [
        ("Middlemarch", 1871,
         "A provincial town, two mistaken marriages and many good intentions.", [
            ("Iris", 5, "The last sentence is worth the other eight hundred pages."),
            ("Omar", 5, "It forgives everyone and excuses no one."),
        ]),
    ]),
    ("Gustave Flaubert", 1821, "French novelist who could spend a week on a page.", [
        ("Madame Bovary", 1857,
         "A doctor's wife measures her life against novels and finds it wanting.", [
            ("Hana", 4, "Every detail is exact, and none of them is kind."),
        ]),
    ]),
    ("Fyodor Dostoevsky", 1821, "Russian novelist of guilt, faith and feverish talk.", [
        ("Crime and Punishment", 1866,
         "A poor student commits a murder on principle and cannot live with the principle.", [
            ("Pieter", 5, "The detective is so polite that it hurts."),
            ("Noor", 4, "Read it in a warm room."),
        ]),
        ("The Brothers Karamazov", 1880,
         "A father is killed; three brothers ask in three ways who is to blame.", [
            ("Greta", 5, "I argue with it still."),
        ]),
    ]),
    ("Leo Tolstoy", 1828, "Russian count, novelist and, in the end, a preacher of plainness.", [
        ("War and Peace", 1869,
         "Five families and an invasion, from the ballroom to the battlefield.", [
            ("Lucía", 5, "A month well spent."),
            ("Tomasz", 4, "The essays on history test your patience; the people never do."),
        ]),
        ("Anna Karenina", 1878,
         "A marriage ends, another begins, and a landowner learns to mow.", [
            ("Iris", 5, "He sees everyone from the inside, even the dog."),
            ("Mei", 4, "Levin's chapters grew on me."),
        ]),
    ]),
    ("Jules Verne", 1828, "French novelist of journeys at the edge of the possible.", [
        ("Journey to the Centre of the Earth", 1864,
         "A professor, his nephew and a calm Icelander climb down a volcano.", [
            ("Jonas", 4, "Hans says about ten words and is the hero."),
        ]),
        ("Twenty Thousand Leagues Under the Seas", 1870,
         "Three guests, who may not leave, aboard Captain Nemo's submarine.", [
            ("Bram", 4, "Come for the giant squid, stay for the library on board."),
            ("Hana", 3, "Many fish are named."),
        ]),
    ]),
    ("Lewis Carroll", 1832, "Pen name of Charles Dodgson, Oxford mathematician.", [
        ("Alice's Adventures in Wonderland", 1865,
         "A girl follows a rabbit and keeps her head, though many would like it off.", [
            ("Ruth", 5, "The most logical nonsense there is."),
            ("Omar", 4, "The tea party is every meeting I have ever been to."),
        ]),
    ]),
    ("Louisa May Alcott", 1832, "American novelist, nurse and campaigner for the vote.", [
        ("Little Women", 1868,
         "Four sisters grow up with little money and a great deal of theatre.", [
            ("Greta", 4, "Everyone thinks that she is Jo."),
        ]),
    ]),
    ("Mark Twain", 1835, "Pen name of Samuel Clemens, American river pilot and humorist.", [
        ("Adventures of Huckleberry Finn", 1884,
         "A boy and a man who has fled slavery take a raft down the Mississippi.", [
            ("Pieter", 4, "The moment when he tears up the letter is as good as novels get."),
            ("Noor", 3, "The ending lets the rest down."),
        ]),
    ]),
    ("Thomas Hardy", 1840, "English novelist and poet of a half-imagined Wessex.", [
        ("Tess of the d'Urbervilles", 1891,
         "A country girl pays again and again for what others did.", [
            ("Iris", 4, "I was angry for a week, as I was meant to be."),
        ]),
    ]),
    ("Joaquim Maria Machado de Assis", 1839, "Brazilian novelist, master of the sly narrator.", [
        ("Dom Casmurro", 1899,
         "A jealous husband lays out his case, and the reader begins to doubt him.", [
            ("Lucía", 5, "I changed my mind about her three times."),
        ]),
    ]),
    ("Bram Stoker", 1847, "Irish theatre manager who wrote novels on the side.", [
        ("Dracula", 1897,
         "Diaries, letters and telegrams record the arrival of a guest from Transylvania.", [
            ("Mei", 4, "The best user of a typewriter in Gothic fiction."),
            ("Tomasz", 3, "The castle is superb; the middle is mostly train timetables."),
        ]),
    ]),
    ("Robert Louis Stevenson", 1850, "Scottish traveller, poet and teller of tales.", [
        ("Treasure Island", 1883,
         "A map, a ship, a boy in a barrel of apples, and a cook with one leg.", [
            ("Bram", 5, "Every pirate since is a copy."),
            ("Jonas", 4, "You will like Long John Silver against your will."),
        ]),
        ("Strange Case of Dr Jekyll and Mr Hyde", 1886,
         "A lawyer wonders why his respectable friend protects such an unpleasant man.", [
            ("Hana", 4, "It works even though everyone knows the ending."),
        ]),
    ]),
    ("Oscar Wilde", 1854, "Irish playwright and wit.", [
        ("The Picture of Dorian Gray", 1890,
         "A young man stays beautiful while his portrait shows the bill.", [
            ("Omar", 4, "Quotable on every page, cold all the way through."),
            ("Ruth", 4, "Lord Henry should come with a warning."),
        ]),
    ]),
    ("Arthur Conan Doyle", 1859, "Scottish doctor who grew tired of his detective.", [
        ("The Hound of the Baskervilles", 1902,
         "Something large is loose on the moor, and Holmes seems to have stayed in London.", [
            ("Greta", 5, "Read it in bad weather."),
        ]),
    ]),
    ("H. G. Wells", 1866, "English novelist who set out most of science fiction in ten years.", [
        ("The Time Machine", 1895,
         "A dinner host describes where he has been since last Thursday: the far future.", [
            ("Noor", 4, "The last beach is unforgettable."),
            ("Pieter", 4, "Short, strange and sad."),
        ]),
        ("The War of the Worlds", 1898,
         "Cylinders land on a common in Surrey, and the trains run until they don't.", [
            ("Iris", 4, "It reads like a report from someone still shaking."),
        ]),
    ]),
    ("Natsume Sōseki", 1867, "Japanese novelist of a country changing fast.", [
        ("Kokoro", 1914,
         "A student admires an older man, who at last explains himself in a letter.", [
            ("Hana", 5, "So quiet that you hardly notice how deep it has gone."),
        ]),
    ]),
    ("Edith Wharton", 1862, "American novelist of old New York.", [
        ("The Age of Innocence", 1920,
         "A well-bred man, a suitable bride and her unsuitable cousin.", [
            ("Mei", 5, "Nothing is said and everybody knows."),
        ]),
    ]),
    ("Virginia Woolf", 1882, "English novelist, essayist and publisher.", [
        ("Mrs Dalloway", 1925,
         "One day in June: a party to prepare, and a life to look back on.", [
            ("Lucía", 4, "Let it carry you and it all comes clear."),
            ("Jonas", 3, "I lost my way twice, and did not mind."),
        ]),
        ("To the Lighthouse", 1927,
         "A family plans an outing. Ten years pass before anyone goes.", []),
    ]),
    ("Franz Kafka", 1883, "Insurance lawyer in Prague who wrote at night.", [
        ("The Metamorphosis", 1915,
         "A travelling salesman wakes as an insect and worries about his train.", [
            ("Tomasz", 5, "The family is more frightening than the insect."),
            ("Omar", 4, "Funny, in a way that I could not explain to anyone."),
        ]),
        ("The Trial", 1925,
         "A bank clerk is arrested one morning and never learns what for.", []),
    ]),
    ("F. Scott Fitzgerald", 1896, "American chronicler of parties and the mornings after.", [
        ("The Great Gatsby", 1925,
         "A neighbour with a great house and a green light across the bay.", [
            ("Ruth", 4, "Not a word too many."),
            ("Bram", 4, "The saddest parties in literature."),
        ]),
    ]),
]  # fmt: skip

TAGS: dict[str, list[str]] = {
    "adventure": [
        "The Odyssey", "Robinson Crusoe", "The Three Musketeers", "The Count of Monte Cristo",
        "Journey to the Centre of the Earth", "Adventures of Huckleberry Finn", "Treasure Island",
    ],
    "comedy": [
        "Don Quixote", "Gulliver's Travels", "Pride and Prejudice", "Emma",
        "Alice's Adventures in Wonderland", "Dom Casmurro",
    ],
    "crime": [
        "Crime and Punishment", "The Brothers Karamazov", "The Trial",
        "The Hound of the Baskervilles", "Strange Case of Dr Jekyll and Mr Hyde",
    ],
    "epic": ["The Odyssey", "The Iliad", "The Tale of Genji", "War and Peace"],
    "gothic": [
        "Frankenstein", "Notre-Dame de Paris", "Jane Eyre", "Wuthering Heights", "Dracula",
        "Strange Case of Dr Jekyll and Mr Hyde", "The Picture of Dorian Gray",
        "The Hound of the Baskervilles",
    ],
    "growing up": [
        "David Copperfield", "Great Expectations", "Jane Eyre", "Little Women",
        "Adventures of Huckleberry Finn", "Alice's Adventures in Wonderland",
    ],
    "love": [
        "The Tale of Genji", "The Sorrows of Young Werther", "Sense and Sensibility",
        "Pride and Prejudice", "Wuthering Heights", "Madame Bovary", "Anna Karenina", "Kokoro",
        "The Age of Innocence", "The Great Gatsby",
    ],
    "science fiction": [
        "Frankenstein", "Journey to the Centre of the Earth",
        "Twenty Thousand Leagues Under the Seas", "The Time Machine", "The War of the Worlds",
    ],
    "sea": [
        "The Odyssey", "Robinson Crusoe", "Moby-Dick", "Twenty Thousand Leagues Under the Seas",
        "Treasure Island",
    ],
    "society": [
        "Emma", "Les Misérables", "The Scarlet Letter", "Middlemarch", "Madame Bovary",
        "Tess of the d'Urbervilles", "The Age of Innocence", "Mrs Dalloway", "The Great Gatsby",
    ],
    "war": ["The Iliad", "A Tale of Two Cities", "War and Peace", "The War of the Worlds"],
}  # fmt: skip
"""Words, and the titles of the books that have them."""
